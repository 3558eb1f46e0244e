// Signing on the screen. The drawing is sent when the form is, so that one signature is one picture, and the form waits for it.
function pad(box) {
  const canvas = box.querySelector("canvas");
  const value = box.querySelector("[data-value]");
  const clear = box.querySelector("[data-clear]");
  const status = box.querySelector("[data-status]");
  const pen = canvas.getContext("2d");
  const form = box.closest("form");
  let strokes = [];
  let line = null;

  function fit() {
    const scale = window.devicePixelRatio || 1;
    const { width, height } = canvas.getBoundingClientRect();
    if (!width) return;
    canvas.width = Math.round(width * scale);
    canvas.height = Math.round(height * scale);
    pen.setTransform(scale, 0, 0, scale, 0, 0);
    draw();
  }

  function draw() {
    const { width, height } = canvas.getBoundingClientRect();
    pen.fillStyle = "#fff"; // a picture without ground would turn black as a JPEG
    pen.fillRect(0, 0, width, height);
    pen.strokeStyle = pen.fillStyle = "#1a2028";
    pen.lineWidth = 2.6;
    pen.lineCap = pen.lineJoin = "round";
    for (const points of strokes) {
      pen.beginPath();
      if (points.length === 1) pen.arc(...points[0], 1.4, 0, 7);
      for (const [i, point] of points.entries()) i ? pen.lineTo(...point) : pen.moveTo(...point);
      points.length === 1 ? pen.fill() : pen.stroke();
    }
    if (!strokes.length) {
      pen.fillStyle = "#857f70";
      pen.font = "16px sans-serif";
      pen.textAlign = "center";
      pen.fillText(canvas.dataset.hint, width / 2, height / 2);
    }
  }

  const at = (event) => {
    const { left, top } = canvas.getBoundingClientRect();
    return [event.clientX - left, event.clientY - top];
  };
  canvas.addEventListener("pointerdown", (event) => {
    event.preventDefault();
    canvas.setPointerCapture(event.pointerId);
    strokes.push((line = [at(event)]));
    clear.hidden = false;
    draw();
  });
  canvas.addEventListener("pointermove", (event) => {
    if (!line) return;
    for (const one of event.getCoalescedEvents?.() ?? [event]) line.push(at(one));
    draw();
  });
  const up = () => {
    line = null;
  };
  canvas.addEventListener("pointerup", up);
  canvas.addEventListener("pointercancel", up);
  clear.addEventListener("click", () => {
    strokes = [];
    clear.hidden = true;
    status.textContent = "";
    draw();
  });

  async function send() {
    const picture = await new Promise((done) => canvas.toBlob(done, "image/png"));
    const body = new FormData();
    body.append("photos", picture, "signature.png");
    const answer = await fetch("/uploads", { method: "POST", body });
    if (!answer.ok) throw new Error(answer.status);
    value.value = (await answer.json()).photos[0];
    strokes = [];
    box.dataset.sent = "";
  }

  form.addEventListener("submit", (event) => {
    if (!strokes.length || event.defaultPrevented) return;
    event.preventDefault();
    status.textContent = box.dataset.wait;
    send().then(
      () => form.requestSubmit(event.submitter),
      () => {
        status.textContent = box.dataset.fail;
      },
    );
  });

  canvas.hidden = false;
  new ResizeObserver(fit).observe(canvas); // a pad in a folded part gets its size when it is opened
}

const known = new WeakSet();
function equip() {
  for (const box of document.querySelectorAll("[data-signature]")) {
    if (known.has(box)) continue;
    known.add(box);
    pad(box);
  }
}
equip();
document.addEventListener("htmx:after:swap", equip);
