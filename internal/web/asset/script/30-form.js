// What a form does for who fills it in: counts, previews, the position after a press, words kept until they are sent.
const fill = (sentence, blanks) => sentence.replace(/\{(\w+)\}/g, (_, name) => blanks[name]);

// Pictures: how many, and which.
function preview(box) {
  const input = box.querySelector("input[type=file]");
  const status = box.querySelector("[data-status]");
  const list = box.querySelector("[data-list]");
  const max = Number(box.dataset.max || 0);
  input.addEventListener("change", () => {
    for (const picture of list.querySelectorAll("img")) URL.revokeObjectURL(picture.src);
    list.textContent = "";
    const files = [...input.files];
    const over = max > 0 && files.length > max;
    input.setCustomValidity(over ? fill(box.dataset.over, { max }) : "");
    status.textContent = over ? fill(box.dataset.over, { max }) : files.length ? fill(box.dataset.count, { n: files.length }) : "";
    if (over) {
      input.value = "";
      return;
    }
    for (const file of files) {
      const item = document.createElement("li");
      const picture = document.createElement("img");
      picture.alt = file.name;
      picture.src = URL.createObjectURL(file);
      item.append(picture);
      list.append(item);
    }
  });
}

// The position is asked for only when the person presses for it.
function locate(box) {
  const button = box.querySelector("button");
  const status = box.querySelector("[data-status]");
  if (!navigator.geolocation) return;
  button.hidden = false;
  button.addEventListener("click", () => {
    status.textContent = box.dataset.wait;
    navigator.geolocation.getCurrentPosition(
      ({ coords }) => {
        box.querySelector("[data-lat]").value = coords.latitude.toFixed(6);
        box.querySelector("[data-lng]").value = coords.longitude.toFixed(6);
        box.querySelector("[data-accuracy]").value = Math.round(coords.accuracy);
        status.textContent = box.dataset.got;
      },
      () => {
        status.textContent = box.dataset.fail;
      },
      { enableHighAccuracy: true, timeout: 15000, maximumAge: 30000 },
    );
  });
}

// How much may still be written, once it is nearly full.
function count(area) {
  const note = document.createElement("span");
  note.className = "left";
  note.setAttribute("aria-live", "polite");
  area.insertAdjacentElement("afterend", note);
  const show = () => {
    const left = area.maxLength - area.value.length;
    note.textContent = left <= Math.max(20, area.maxLength / 5) ? fill(area.dataset.left, { n: left }) : "";
  };
  area.addEventListener("input", show);
  show();
}

// Unsent words stay in this tab until the form is sent; nothing is kept on the machine after the tab is closed.
function keep(area) {
  const key = "draft:" + area.dataset.draft;
  const toasts = document.getElementById("toasts");
  let kept = null;
  try {
    kept = sessionStorage.getItem(key);
  } catch {
    return; // storage switched off: the words are simply not kept
  }
  if (kept && !area.value) {
    area.value = kept;
    area.dispatchEvent(new Event("input"));
    if (toasts) {
      const drop = () => {
        area.value = "";
        sessionStorage.removeItem(key);
        area.dispatchEvent(new Event("input"));
      };
      document.dispatchEvent(
        new CustomEvent("toast", { detail: { text: toasts.dataset.draftBack, action: toasts.dataset.draftDrop, run: drop } }),
      );
    }
  }
  area.addEventListener("input", () => {
    try {
      if (area.value) sessionStorage.setItem(key, area.value);
      else sessionStorage.removeItem(key);
    } catch {
      // full: typing goes on
    }
  });
  // A refusal comes back with the words in the page, so what was sent need not be kept.
  if (area.form) {
    area.form.addEventListener("submit", (event) => {
      setTimeout(() => {
        if (!event.defaultPrevented) sessionStorage.removeItem(key);
      });
    });
  }
}

// Each element is equipped once, also when a swap left it where it was.
const equipped = new Map();

function each(selector, equip) {
  if (!equipped.has(equip)) equipped.set(equip, new WeakSet());
  for (const element of document.querySelectorAll(selector)) {
    if (equipped.get(equip).has(element)) continue;
    equipped.get(equip).add(element);
    equip(element);
  }
}

function equip() {
  each("[data-photos]", preview);
  each("[data-position]", locate);
  each("textarea[data-left]", count);
  each("textarea[data-draft]", keep);
}

equip();
document.addEventListener("htmx:after:swap", equip);
