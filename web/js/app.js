// What every page has. Each module looks for its own elements and does nothing where they are not.
import "../vendor/htmx-4.0.1/htmx.esm.min.js";
import "./searchbox.js";
import "./hits.js";
import "./theme.js";
import "./dialog.js";
import "./failed.js";
import "./toast.js";
import "./upload.js";
import "./live.js";
import "./notify.js";
import "./push.js";
import "./talk.js";
import "./thread.js";

if ("serviceWorker" in navigator && isSecureContext) {
  navigator.serviceWorker.register("/sw.js").catch(() => {});
}
document.querySelector("[data-reload]")?.addEventListener("click", (e) => {
  e.preventDefault();
  location.reload();
});
document.querySelector("[data-focus]")?.focus();
for (const tab of document.querySelectorAll(".tabs [aria-current]")) { // a narrow screen shows the first few otherwise
  const row = tab.parentElement.getBoundingClientRect(), box = tab.getBoundingClientRect();
  tab.parentElement.scrollLeft += box.left - row.left - (row.width - box.width) / 2;
}
