// A sketch of a measured line: points in order with the widths typed in the rows above, and strokes of a pen. It is kept as a picture.
function sketch(box) {
  const canvas = box.querySelector("canvas");
  const status = box.querySelector("[data-status]");
  const pen = canvas.getContext("2d");
  const form = box.closest("form");
  const marks = []; // {points: [[x, y]…]} of the pen, {at: [x, y]} of a point; undone in turn
  let tool = "point";
  let line = null;

  const value = (row, name) => form.elements[`lines.${row}.${name}`]?.value.trim() ?? "";

  function draw() {
    const scale = window.devicePixelRatio || 1;
    const { width, height } = canvas.getBoundingClientRect();
    if (!width) return;
    canvas.width = Math.round(width * scale);
    canvas.height = Math.round(height * scale);
    pen.setTransform(scale, 0, 0, scale, 0, 0);
    pen.fillStyle = "#fff";
    pen.fillRect(0, 0, width, height);
    pen.lineCap = pen.lineJoin = "round";
    pen.strokeStyle = "#545a63";
    pen.lineWidth = 2;
    for (const { points } of marks) {
      if (!points) continue;
      pen.beginPath();
      for (const [i, point] of points.entries()) i ? pen.lineTo(...point) : pen.moveTo(...point);
      pen.stroke();
    }
    const spots = marks.filter((m) => m.at).map((m) => m.at);
    pen.strokeStyle = "#a4262c";
    pen.beginPath();
    for (const [i, spot] of spots.entries()) i ? pen.lineTo(...spot) : pen.moveTo(...spot);
    pen.stroke();
    pen.font = "14px sans-serif";
    for (const [i, [x, y]] of spots.entries()) {
      pen.fillStyle = "#a4262c";
      pen.beginPath();
      pen.arc(x, y, 4, 0, 7);
      pen.fill();
      pen.fillStyle = "#1a2028";
      pen.fillText(value(i, "item") || String(i + 1), x + 8, y - 8);
      const wide = value(i, "width_m");
      if (wide) pen.fillText(`${wide} m`, x + 8, y + 16);
    }
  }

  const at = (event) => {
    const { left, top } = canvas.getBoundingClientRect();
    return [event.clientX - left, event.clientY - top];
  };
  canvas.addEventListener("pointerdown", (event) => {
    event.preventDefault();
    if (tool === "point") marks.push({ at: at(event) });
    else {
      canvas.setPointerCapture(event.pointerId);
      marks.push((line = { points: [at(event)] }));
    }
    draw();
  });
  canvas.addEventListener("pointermove", (event) => {
    if (!line) return;
    line.points.push(at(event));
    draw();
  });
  const up = () => {
    line = null;
  };
  canvas.addEventListener("pointerup", up);
  canvas.addEventListener("pointercancel", up);
  for (const button of box.querySelectorAll("[data-tool]")) {
    button.addEventListener("click", () => {
      tool = button.dataset.tool;
      for (const one of box.querySelectorAll("[data-tool]")) one.setAttribute("aria-pressed", one === button);
    });
  }
  box.querySelector("[data-undo]").addEventListener("click", () => {
    marks.pop();
    draw();
  });
  form.addEventListener("input", draw);

  async function send() {
    const picture = await new Promise((done) => canvas.toBlob(done, "image/png"));
    const body = new FormData();
    body.append("photos", picture, "sketch.png");
    const answer = await fetch("/uploads", { method: "POST", body });
    if (!answer.ok) throw new Error(answer.status);
    const kept = document.createElement("input");
    kept.type = "hidden";
    kept.name = "photos";
    kept.value = (await answer.json()).photos[0];
    box.append(kept);
    marks.length = 0;
  }
  form.addEventListener("submit", (event) => {
    if (!marks.length || event.defaultPrevented || event.submitter?.name === "more") return;
    event.preventDefault();
    status.textContent = box.dataset.wait;
    send().then(
      () => form.requestSubmit(event.submitter),
      () => {
        status.textContent = box.dataset.fail;
      },
    );
  });

  box.hidden = false;
  new ResizeObserver(draw).observe(canvas);
}
for (const box of document.querySelectorAll("[data-sketch]")) sketch(box);
