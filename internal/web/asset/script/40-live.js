// Live stretches: the stream says only "now at seq n"; a stretch that has read less fetches itself again.
const streams = new Map();

function refresh(url, seq) {
  for (const element of document.querySelectorAll("[data-live]")) {
    if (element.dataset.live !== url || Number(element.dataset.seq) >= seq) continue;
    // Whoever is typing inside is not interrupted; the next message finds the stretch again.
    if (element.contains(document.activeElement) && document.activeElement.closest("form")) continue;
    if (element.dataset.fetching) continue;
    element.dataset.fetching = "yes";
    window.htmx
      .ajax("GET", element.dataset.fragment, { source: element, target: element, swap: "outerMorph" })
      .catch(() => {})
      .finally(() => {
        delete element.dataset.fetching;
        // What the answer did not bring up to date by itself is up to date now.
        if (element.isConnected && Number(element.dataset.seq) < seq) element.dataset.seq = seq;
      });
  }
}

function open(url) {
  if (!window.EventSource || !window.htmx) return;
  const stream = new EventSource(url);
  streams.set(url, stream);
  stream.onmessage = (event) => refresh(url, Number(event.data));
  stream.onerror = () => {
    // The browser tries again by itself, except after an answer that was no stream: a server just starting.
    if (stream.readyState !== EventSource.CLOSED) return;
    streams.delete(url);
    setTimeout(follow, 3000 + Math.random() * 4000);
  };
}

// A page in the background holds no connection: a browser has six for a server, and an officer many tabs.
function follow() {
  if (document.hidden) {
    for (const stream of streams.values()) stream.close();
    streams.clear();
    return;
  }
  for (const element of document.querySelectorAll("[data-live]")) {
    if (!streams.has(element.dataset.live)) open(element.dataset.live);
  }
}

document.addEventListener("visibilitychange", follow);
document.addEventListener("htmx:after:swap", follow);
follow();
