// A button that copies what another element says; without script the words can be marked with one press.
for (const button of document.querySelectorAll("[data-copy]")) {
  const from = document.querySelector(button.dataset.copy);
  if (!from || !navigator.clipboard) continue;
  button.hidden = false;
  button.addEventListener("click", async () => {
    try {
      await navigator.clipboard.writeText(from.textContent.trim());
      document.dispatchEvent(new CustomEvent("toast", { detail: button.dataset.done }));
    } catch {
      getSelection().selectAllChildren(from);
    }
  });
}
