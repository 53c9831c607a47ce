// What htmx asked for and did not get stays as it was on the page: here it is said why, in the server's words. What the page asks by itself,
// such as whether there is news, may fail quietly.
import { toast } from "./toast.js";

const place = document.getElementById("toasts");

function say(event, text, options) {
  const method = event.detail.ctx?.request?.method?.toUpperCase();
  if (!method || method === "GET") return;
  toast(text || place?.dataset.tFailed, { bad: true, ...options });
}

document.addEventListener("htmx:response:error", (event) => {
  const { text, response } = event.detail.ctx;
  const page = new DOMParser().parseFromString(text, "text/html");
  const why = [...page.querySelectorAll(".problem > p:not(.small), .problem-details li")].slice(0, 2).map((p) => p.textContent.trim());
  if (response.status === 401) say(event, why[0], { url: "/sign-in", aside: true }); // beside the page, where what is typed stays
  else say(event, why.join(" "));
});
document.addEventListener("htmx:error", (event) => say(event));
