// Group chats: the list worked through with the keyboard. Every step is the form that stands in the row; here it is only sent without
// leaving the page, and the rows that changed are put in its place.
const talk = document.querySelector("[data-talk]");

if (talk) {
  const said = talk.querySelector("[data-said]");
  const steps = []; // ids of what was done, the last one last
  const parts = new Map(); // what a row was parted into
  let mode = null; // {row, key, box, typed}: a choice that stands open
  const choices = new Map([...talk.querySelectorAll("[data-choices]")].map((t) => [t.dataset.choices, t]));
  const cells = talk.querySelector("[data-cells-of]");
  const more = talk.querySelector("[data-more-of]");

  const rows = () => [...talk.querySelectorAll("[data-draft]")];
  const waits = (row) => row.dataset.state === "waiting" && !row.dataset.busy;
  const here = () => talk.querySelector("[data-draft].chosen");
  const say = (words) => {
    if (said) said.textContent = words;
  };
  const inField = (e) => e.closest("textarea, select, [contenteditable], dialog[open], input:not([type=checkbox])");

  function stand(row) {
    close();
    for (const other of rows()) {
      other.tabIndex = other === row ? 0 : -1;
      other.classList.toggle("chosen", other === row);
    }
    row.focus({ preventScroll: true });
    row.scrollIntoView({ block: "nearest" });
  }

  function walk(by, from = here()) {
    const all = rows();
    const at = all.indexOf(from);
    const row = at < 0 ? (by > 0 ? all[0] : all.at(-1)) : all[at + by];
    if (row) stand(row);
  }

  // The next one that waits, below or else above; with none left, the way to more.
  function onward(row) {
    const all = rows();
    const at = all.indexOf(row);
    const next = all.slice(at + 1).find(waits) || all.slice(0, at).reverse().find(waits);
    if (next) return stand(next);
    const more = talk.querySelector(".pager a[rel=next]");
    if (more) more.focus();
    else stand(row);
    say(talk.dataset.through);
  }

  const pathOf = (row) => "/talk/" + row.dataset.draft;

  function close() {
    if (!mode) return;
    mode.box.remove();
    mode = null;
  }

  // A choice is sent once for the whole list; it is put into the row where it is asked for.
  function open(row, key) {
    const form = row.querySelector("form.talk-do");
    const from = choices.get(key);
    if (!form || !from || (key === "s" && !row.querySelector("[data-cut]")) || (key === "x" && "closed" in row.dataset)) return false;
    const shut = mode && mode.row === row && mode.key === key;
    close();
    if (shut) {
      stand(row);
      return true;
    }
    const box = document.createElement("div");
    box.className = "talk-choices";
    box.dataset.box = key;
    box.setAttribute("role", "group");
    box.setAttribute("aria-label", from.dataset.label);
    box.append(from.content.cloneNode(true));
    ({ c: kinds, s: cuts, x: asides })[key](row, box);
    form.append(box);
    mode = { row, key, box, typed: "" };
    const first = box.querySelector(".candidate") || box.querySelector("[aria-current]") || box.querySelector("[data-choice], input");
    if (first) first.focus({ preventScroll: true });
    box.scrollIntoView({ block: "nearest" });
    return true;
  }

  function kinds(row, box) {
    const chances = (row.dataset.chances || "").split("|");
    for (const b of box.querySelectorAll("[data-choice]")) {
      b.formAction = pathOf(row) + "/correct";
      if (b.value === row.dataset.label) b.setAttribute("aria-current", "true");
      const chance = chances.find((c) => c.startsWith(b.value + " "));
      if (!chance) continue;
      b.classList.add("candidate");
      b.append(Object.assign(document.createElement("small"), { textContent: chance.slice(b.value.length + 1) }));
    }
  }

  // What tells of danger is never chatter.
  function asides(row, box) {
    if ("alarm" in row.dataset) box.querySelector("[value=chatter]")?.remove();
    box.querySelectorAll("[data-choice]").forEach((b, i) => {
      b.formAction = pathOf(row) + "/put_aside";
      b.querySelector("kbd").textContent = i + 1;
    });
  }

  // The sentences of a row, and scissors between them.
  function cuts(row, box) {
    const line = document.createElement("p");
    line.className = "talk-pieces";
    let words = "";
    const say = () => {
      line.append(Object.assign(document.createElement("span"), { className: "talk-piece", textContent: words.trim() }));
      words = "";
    };
    const read = (from) => {
      for (const node of from.childNodes) {
        if (node.dataset && "cut" in node.dataset) {
          say();
          const n = line.querySelectorAll("input").length + 1;
          const label = Object.assign(document.createElement("label"), { className: "talk-cut" });
          label.innerHTML = '<input type="checkbox" name="cuts"><span aria-hidden="true">✂<kbd></kbd></span><span class="unseen"></span>';
          label.firstChild.value = node.dataset.cut;
          label.firstChild.checked = node.className === "here";
          label.querySelector("kbd").textContent = n;
          label.lastChild.textContent = choices.get("s").dataset.here.replace("{n}", n);
          line.append(label);
        } else if (node.nodeType === Node.TEXT_NODE) words += node.textContent;
        else read(node);
      }
    };
    read(row.querySelector(".talk-words"));
    say();
    box.prepend(line);
    box.querySelector("[data-go]").formAction = pathOf(row) + "/part";
  }

  // What is the same for every row is sent once: the cells of a draft that has none, and the rest of what may be done.
  function fill(from) {
    for (const link of cells ? from.querySelectorAll("a[data-cells]") : []) {
      const field = cells.content.cloneNode(true);
      const id = "cell-" + link.closest("[data-draft]").dataset.draft;
      field.querySelector("select").id = id;
      field.querySelector("label").htmlFor = id;
      link.replaceWith(field);
    }
    for (const link of more ? from.querySelectorAll(".talk-more a[data-key=e]") : []) {
      const row = link.closest("[data-draft]");
      const rest = more.content.cloneNode(true);
      for (const a of rest.querySelectorAll("a")) a.href = link.href;
      for (const key of ["c", "x"]) if (row.querySelector(`.talk-buttons > [data-open=${key}]`)) rest.querySelector(`[data-open=${key}]`).remove();
      if ("closed" in row.dataset) rest.querySelector("[data-open=x]")?.remove();
      if (!row.querySelector("[data-title]")) rest.querySelector("[name=alone]").remove();
      if (!row.querySelector("[data-cut]")) rest.querySelector("[data-open=s]").remove();
      link.replaceWith(rest);
    }
  }

  // The head that a row may be joined to: the nearest one above that stands by itself and still can be joined to.
  function headOf(row) {
    for (let up = row.previousElementSibling; up; up = up.previousElementSibling) {
      if (!/kin-/.test(up.className) && (up.dataset.state === "waiting" || up.dataset.state === "filed")) return up;
    }
    return null;
  }

  function fail(row, html, field) {
    row.querySelector("[data-failed]")?.remove();
    const box = row.querySelector("form") || row;
    if (html) box.insertAdjacentHTML("afterbegin", html);
    else {
      const p = document.createElement("p");
      p.className = "error";
      p.dataset.failed = "";
      p.setAttribute("role", "alert");
      p.textContent = talk.dataset.offline;
      box.prepend(p);
    }
    stand(row);
    if (field === "kind" || field === "sorting") open(row, "c");
    else if (field) row.querySelector(`[name="${field}"]:not([type=hidden])`)?.focus();
  }

  // Puts the rows that came in the place of the old ones; new ones stand below the row they came of.
  function put(html, row) {
    const box = document.createElement("template");
    box.innerHTML = html;
    const fresh = [...box.content.querySelectorAll("[data-draft]")];
    fill(box.content);
    const made = [];
    let below = row;
    for (const one of fresh) {
      const old = document.getElementById(one.id);
      if (old) {
        const under = old.querySelector(":scope > .talk-under");
        if (under && one.dataset.state === "waiting" && !one.querySelector(".talk-under")) {
          one.prepend(under);
          for (const c of old.classList) if (c.startsWith("kin-")) one.classList.add(c);
        }
        const chosen = old.classList.contains("chosen");
        old.replaceWith(one);
        if (old === below) below = one;
        if (chosen) stand(one);
      } else {
        below.after(one);
        below = one;
        made.push(one.id);
      }
    }
    const words = box.content.querySelector("[data-said]");
    if (words) say(words.textContent);
    return made;
  }

  async function send(row, address, body, verb) {
    if (row.dataset.busy) return;
    row.dataset.busy = verb;
    const leaves = verb === "accept" || verb === "put_aside" || verb === "join";
    close();
    if (leaves) onward(row);
    try {
      const answer = await fetch(address, { method: "POST", body, headers: { "X-Talk": "1" }, redirect: "error" });
      const html = await answer.text();
      delete row.dataset.busy;
      if (!answer.ok) return fail(row, answer.headers.get("X-Field") ? html : "", answer.headers.get("X-Field"));
      const made = put(html, row);
      const now = document.getElementById(row.id);
      if (verb === "undo") {
        for (const id of parts.get(row.dataset.draft) || []) document.getElementById(id)?.remove();
        parts.delete(row.dataset.draft);
        if (now) stand(now);
      } else steps.push(row.dataset.draft);
      if (verb === "part") {
        parts.set(row.dataset.draft, made);
        if (made[0]) stand(document.getElementById(made[0]));
      }
      if (verb === "accept" || verb === "undo" || verb === "join") renew();
    } catch {
      delete row.dataset.busy;
      fail(row, "", "");
    }
  }

  talk.addEventListener("click", (event) => {
    const link = event.target.closest("a[data-open], a[data-key=e]");
    if (!link || event.ctrlKey || event.metaKey || event.shiftKey || event.button) return;
    event.preventDefault();
    const row = link.closest("[data-draft]");
    if (!waits(row)) return;
    if (link.dataset.open) open(row, link.dataset.open);
    else edit(row);
  });

  const verbOf = (address) => new URL(address, location.href).pathname.split("/").at(-1);

  talk.addEventListener("submit", (event) => {
    const row = event.target.closest("[data-draft]");
    if (!row || event.defaultPrevented) return;
    event.preventDefault();
    const by = event.submitter;
    const address = (by && by.getAttribute("formaction")) || event.target.getAttribute("action");
    if (by && by.name === "into") by.value = headOf(row)?.dataset.draft || by.value;
    send(row, address, new URLSearchParams(new FormData(event.target, by)), verbOf(address));
  });

  function undo() {
    const id = steps.pop();
    const row = id ? document.getElementById("d-" + id) : talk.querySelector("[data-draft]:has([data-key=u])");
    if (!row) return say(talk.dataset.nothing);
    const body = new URLSearchParams();
    for (const name of ["version", "back"]) {
      const field = row.querySelector(`input[name="${name}"]`);
      if (field) body.set(name, field.value);
    }
    send(row, pathOf(row) + "/undo", body, "undo");
  }

  async function edit(row) {
    const link = row.querySelector("[data-key=e]");
    const there = row.querySelector("[data-editing]");
    if (there) return there.remove();
    const answer = await fetch(pathOf(row) + (link.search ? link.search + "&" : "?") + "part=edit");
    if (!answer.ok) return;
    row.insertAdjacentHTML("beforeend", await answer.text());
    const box = row.querySelector("[data-editing]");
    box.querySelector("[name=title]")?.focus();
    box.querySelector(".form a")?.addEventListener("click", (event) => {
      event.preventDefault();
      box.remove();
      stand(row);
    });
  }

  // The reply for the group, as it now is.
  const panel = talk.querySelector("[data-reply-at]");
  let wait = 0;
  async function fresh() {
    if (!panel) return "";
    const at = panel.dataset.replyAt;
    const answer = await fetch(at + (at.includes("?") ? "&" : "?") + "part=text");
    if (!answer.ok) return "";
    const words = new DOMParser().parseFromString(await answer.text(), "text/html").body.textContent.trim();
    panel.querySelector("[data-reply]").textContent = words;
    const none = panel.querySelector("[data-none]");
    if (none) none.hidden = words !== "";
    return words;
  }
  function renew() {
    clearTimeout(wait);
    wait = setTimeout(() => fresh().catch(() => {}), 600);
  }
  async function copy() {
    const words = await fresh().catch(() => "");
    if (!words) return say(panel ? panel.dataset.empty : "");
    const pre = panel.querySelector("[data-reply]");
    try {
      await navigator.clipboard.writeText(words);
      document.dispatchEvent(new CustomEvent("toast", { detail: panel.dataset.copied }));
    } catch {
      getSelection().selectAllChildren(pre);
      pre.scrollIntoView({ block: "nearest" });
    }
  }

  function accept(row) {
    const title = row.querySelector("[data-title]");
    const missing = row.dataset.missing;
    const cell = row.querySelector("select[name=cell]");
    if (missing === "kind") return open(row, "c");
    if (cell && !cell.value) return cell.focus();
    const button = row.querySelector("[data-key=Enter]");
    if (title && !title.value.trim() && button && (!button.name || button.name === "sorted")) return title.focus();
    button?.click();
  }

  const does = {
    s: (row) => {
      const proposed = row.querySelector("button[data-key=s]");
      if (proposed) return proposed.click();
      if (!open(row, "s")) say(talk.dataset.whole);
    },
    m: (row) => {
      const head = headOf(row);
      if (!head) return say(talk.dataset.alone);
      const body = new URLSearchParams(new FormData(row.querySelector("form")));
      body.set("into", head.dataset.draft);
      send(row, pathOf(row) + "/join", body, "join");
    },
    x: (row) => {
      const button = row.querySelector("[data-key=Enter][name=reason]");
      if (button) return button.click();
      open(row, "x");
    },
    c: (row) => open(row, "c"),
    e: (row) => edit(row),
  };

  // While a choice stands open digits choose, and letters narrow it.
  function choose(event) {
    const box = mode.box;
    if (event.key === "Escape") {
      stand(mode.row);
      return true;
    }
    if (mode.key === "s") {
      const scissors = box.querySelectorAll("input");
      if (/^[1-9]$/.test(event.key) && scissors[event.key - 1]) {
        scissors[event.key - 1].checked = !scissors[event.key - 1].checked;
        return true;
      }
      if (event.key !== "Enter") return false;
      box.querySelector("[data-go]").click();
      return true;
    }
    const all = [...box.querySelectorAll("[data-choice]")];
    if (/^[1-9]$/.test(event.key)) {
      all[event.key - 1]?.click();
      return true;
    }
    if (/^[a-z]$/.test(event.key) && mode.key === "c") {
      mode.typed += event.key;
      const fit = all.filter((b) => b.dataset.latin.split(/\s+/).some((w) => w.startsWith(mode.typed)));
      if (!fit.length) mode.typed = "";
      for (const b of all) b.hidden = fit.length > 0 && !fit.includes(b);
      (fit[0] || all[0]).focus();
      return true;
    }
    return false;
  }

  document.addEventListener("keydown", (event) => {
    if (event.ctrlKey || event.metaKey || event.altKey || event.isComposing) return;
    const row = here();
    if (event.key === "Escape" && row && row.contains(event.target) && inField(event.target)) return stand(row);
    if (inField(event.target)) return;
    let done = true;
    if (mode && choose(event)) done = true;
    else if (event.key === "j") walk(1);
    else if (event.key === "k") walk(-1);
    else if (event.key === "u") undo();
    else if (event.key === "p") document.querySelector('a[href="/talk/paste"]')?.click();
    else if (event.key === "r") copy();
    else if (event.key === "?") document.getElementById("talk-keys")?.showModal();
    else if (event.key === "Enter" && (event.target === row || event.target === document.body)) {
      if (row && waits(row)) accept(row);
      else if (!row) walk(1);
      else done = false;
    } else if (does[event.key] && row && waits(row)) does[event.key](row);
    else done = false;
    if (done) {
      event.preventDefault();
      event.stopImmediatePropagation();
    }
  }, true);

  talk.addEventListener("focusin", (event) => {
    const row = event.target.closest("[data-draft]");
    if (!row || row.classList.contains("chosen")) return;
    for (const other of rows()) {
      other.tabIndex = other === row ? 0 : -1;
      other.classList.toggle("chosen", other === row);
    }
  });

  fill(talk);
  const strip = talk.querySelector("[data-strip]");
  if (strip) strip.hidden = false;
  const first = document.getElementById(location.hash.slice(1)) || rows().find(waits);
  if (first && first.dataset.draft && (location.hash || /[?&](paste|done)=/.test(location.search))) stand(first);
  else if (first && first.dataset.draft) first.tabIndex = 0;
}

// The paste box: a group that was used before brings its cell along, and nothing typed is lost by choosing it.
for (const link of document.querySelectorAll("[data-group]")) {
  link.addEventListener("click", (event) => {
    const name = document.querySelector("[name=group]");
    const cell = document.querySelector("[name=cell]");
    if (!name || !cell) return;
    event.preventDefault();
    name.value = link.dataset.group;
    cell.value = link.dataset.cell;
    document.querySelector("[name=text]").focus();
  });
}
for (const form of document.querySelectorAll(".talk-paste form")) {
  form.addEventListener("keydown", (event) => {
    if (event.key !== "Enter" || !(event.ctrlKey || event.metaKey)) return;
    event.preventDefault();
    form.requestSubmit();
  });
  // What is too much is not sent: it stays where it is, to be cut.
  form.addEventListener("submit", (event) => {
    const box = form.closest(".talk-paste");
    const text = form.querySelector("[name=text]");
    box.querySelector("[data-failed]")?.remove();
    if (new Blob([text.value]).size <= Number(box.dataset.most)) return;
    event.preventDefault();
    event.stopImmediatePropagation();
    const p = Object.assign(document.createElement("p"), { className: "error", textContent: box.dataset.tooMuch });
    p.dataset.failed = "";
    p.setAttribute("role", "alert");
    form.prepend(p);
    p.scrollIntoView({ block: "nearest" });
    text.focus({ preventScroll: true });
  }, true);
}
