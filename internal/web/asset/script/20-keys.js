// j and k walk the rows of the list, Enter opens one, / searches, ? explains.
const typing = (element) => element.closest("input, textarea, select, [contenteditable], dialog[open]");

function walk(by) {
  const rows = [...document.querySelectorAll("[data-row]")];
  if (!rows.length) return;
  const at = rows.findIndex((row) => row.classList.contains("chosen"));
  const next = at < 0 ? (by > 0 ? 0 : rows.length - 1) : Math.min(rows.length - 1, Math.max(0, at + by));
  if (at >= 0) rows[at].classList.remove("chosen");
  rows[next].classList.add("chosen");
  const link = rows[next].querySelector("a[href]");
  if (link) link.focus({ preventScroll: true });
  rows[next].scrollIntoView({ block: "nearest" });
}

document.addEventListener("keydown", (event) => {
  if (event.ctrlKey || event.metaKey || event.altKey || event.isComposing || typing(event.target)) return;
  if (event.key === "j") walk(1);
  else if (event.key === "k") walk(-1);
  else if (event.key === "/") {
    const find = document.querySelector("[data-find]");
    if (!find || !find.offsetParent) return;
    event.preventDefault();
    find.focus();
    find.select();
  } else if (event.key === "?") {
    const keys = document.getElementById("keys");
    if (keys && keys.showModal) keys.showModal();
  }
});
