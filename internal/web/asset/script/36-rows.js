// One more row of a repeated part, without sending the form: the last row again, empty, its names and ids counted on.
document.addEventListener("click", (event) => {
  const button = event.target.closest("button[data-more]");
  if (!button) return;
  const head = button.dataset.more;
  const rows = [...button.form.querySelectorAll(`fieldset[data-row^="${head}."]`)];
  const last = rows.at(-1);
  if (!last) return; // the server makes the first one
  event.preventDefault();
  const old = last.dataset.row;
  const next = `${head}.${Number(old.slice(head.length + 1)) + 1}`;
  const row = last.cloneNode(true);
  row.dataset.row = next;
  for (const element of row.querySelectorAll("*")) {
    for (const name of ["id", "for", "name", "value", "aria-describedby", "data-draft"]) {
      const value = element.getAttribute(name);
      if (value?.includes(`${old}.`) && name !== "value") element.setAttribute(name, value.replaceAll(`${old}.`, `${next}.`));
    }
  }
  for (const area of row.querySelectorAll(".left, .error")) area.remove();
  for (const input of row.querySelectorAll("input, textarea, select")) {
    if (input.type === "checkbox" || input.type === "radio") input.checked = false;
    else input.value = "";
    input.removeAttribute("aria-invalid");
  }
  const legend = row.querySelector("legend");
  legend.textContent = legend.textContent.replace(/\d+/, (n) => Number(n) + 1);
  last.after(row);
  row.querySelector("input:not([type=hidden]), textarea, select")?.focus();
});

// A point of a measured line: the phone is asked where it is, only when the person presses for it.
document.addEventListener("click", (event) => {
  const button = event.target.closest("button[data-here]");
  if (!button || !navigator.geolocation) return;
  const box = button.closest(".here");
  const status = box.querySelector("[role=status]");
  const fields = box.parentElement;
  status.textContent = box.dataset.wait;
  navigator.geolocation.getCurrentPosition(
    ({ coords }) => {
      fields.querySelector('input[name$=".lon"]').value = coords.longitude.toFixed(6);
      fields.querySelector('input[name$=".lat"]').value = coords.latitude.toFixed(6);
      status.textContent = box.dataset.got;
    },
    () => {
      status.textContent = box.dataset.fail;
    },
    { enableHighAccuracy: true, timeout: 15000, maximumAge: 30000 },
  );
});
