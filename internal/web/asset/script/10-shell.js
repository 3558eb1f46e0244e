// What the frame of every page does: menus that close, toasts, the question before something dangerous.
document.documentElement.classList.add("script");

document.addEventListener("click", (event) => {
  for (const menu of document.querySelectorAll("details[data-menu][open]")) {
    if (!menu.contains(event.target)) menu.open = false;
  }
});

document.addEventListener("keydown", (event) => {
  if (event.key !== "Escape") return;
  const menu = document.querySelector("details[data-menu][open]");
  if (!menu) return;
  menu.open = false;
  menu.querySelector("summary").focus();
});

// A refused form takes the eye, and the screen reader, to what must be corrected.
const summary = document.querySelector("[data-focus]");
if (summary && !document.querySelector("[data-specimens]")) summary.focus();

for (const button of document.querySelectorAll("[data-print]")) {
  button.hidden = false;
  button.addEventListener("click", () => window.print());
}

// Scripts and pages say something in passing by this event: document.dispatchEvent(new CustomEvent("toast", {detail: "…"})).
document.addEventListener("toast", (event) => {
  const area = document.getElementById("toasts");
  if (!area) return;
  const { text, action, run } = typeof event.detail === "string" ? { text: event.detail } : event.detail;
  const toast = document.createElement("div");
  toast.className = "toast";
  const words = document.createElement("span");
  words.textContent = text;
  toast.append(words);
  if (action) {
    const button = document.createElement("button");
    button.type = "button";
    button.className = "button quiet";
    button.textContent = action;
    button.addEventListener("click", () => {
      toast.remove();
      run();
    });
    toast.append(button);
  }
  area.append(toast);
  setTimeout(() => toast.remove(), action ? 15000 : 6000);
});

// One question for a form that asks for it, or for the one button that does.
const sure = document.getElementById("sure");
let asked = null;
document.addEventListener("submit", (event) => {
  const form = event.target;
  const ask = (event.submitter && event.submitter.dataset.confirm) || form.dataset.confirm;
  if (!ask || !sure || !sure.showModal || form.dataset.sure) return;
  event.preventDefault();
  event.stopImmediatePropagation();
  asked = { form, submitter: event.submitter };
  sure.querySelector("[data-text]").textContent = ask;
  sure.returnValue = "";
  sure.showModal();
}, true);
if (sure) {
  sure.addEventListener("close", () => {
    // A close is heard late: by then the next question may already stand there.
    if (sure.open || sure.returnValue !== "yes" || !asked) return;
    const { form, submitter } = asked;
    asked = null;
    form.dataset.sure = "yes";
    form.requestSubmit(submitter);
    delete form.dataset.sure;
  });
}

// A second press while the first is on its way would be told "same key, same answer", but a tired thumb need not know.
document.addEventListener("submit", (event) => {
  if (event.defaultPrevented || event.target.method === "dialog") return;
  const form = event.target;
  if (form.dataset.sent) {
    event.preventDefault();
    return;
  }
  form.dataset.sent = "yes";
  setTimeout(() => delete form.dataset.sent, 5000);
});
window.addEventListener("pageshow", () => {
  for (const form of document.querySelectorAll("form[data-sent]")) delete form.dataset.sent;
});
