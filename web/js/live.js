// What happens while a page is open. One tab of a browser listens for all: a browser has only so many connections, and so has the server.
// Every tab hears an event as "live:NAME" on the document, with what came along as its detail; "live:missed" asks it to look anew, and
// "live:open" tells the tab that listens from when on it hears.
const address = document.querySelector("[data-live]")?.dataset.live;
const tabs = "BroadcastChannel" in window ? new BroadcastChannel("aanpak-live") : null;

function hear({ name, data }) {
  document.dispatchEvent(new CustomEvent(`live:${name}`, { detail: data }));
}

function tell(event) {
  hear(event);
  tabs?.postMessage(event);
}

// listen keeps one stream open. What the server ends, such as one of a session that is over, is asked for again after a while, ever later.
function listen() {
  let failed = 0;
  let again = false;
  const begin = () => {
    const stream = new EventSource(address);
    stream.addEventListener("open", () => {
      failed = 0;
      document.documentElement.dataset.hears = ""; // what happens from now on is heard
      if (again) tell({ name: "missed" });
      else hear({ name: "open" });
      again = true;
    });
    stream.addEventListener("told", (event) => tell(JSON.parse(event.data)));
    stream.addEventListener("error", () => {
      if (stream.readyState !== EventSource.CLOSED) return; // it comes back by itself
      const wait = Math.min(5000 * 2 ** failed++, 300000) * (0.75 + Math.random() / 2);
      setTimeout(begin, wait);
    });
  };
  begin();
}

if (address) {
  tabs?.addEventListener("message", (event) => hear(event.data));
  if (tabs && navigator.locks) navigator.locks.request("aanpak-live", () => new Promise(listen)); // held until this tab is closed
  else listen();
}
