// Who signs out of a shared desk leaves no unsent words behind for the next one.
for (const form of document.querySelectorAll('form[action="/sign-out"]')) {
  form.addEventListener("submit", () => {
    try {
      for (const key of Object.keys(sessionStorage)) if (key.startsWith("draft:")) sessionStorage.removeItem(key);
    } catch {
      // storage switched off: nothing was kept
    }
  });
}
