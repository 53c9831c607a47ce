// Changes the theme at once and tells the server behind it, which remembers it.
import { on } from "./dom.js";

on("click", "[data-themes] button", (event, button) => {
  event.preventDefault();
  const form = button.closest("form");
  const theme = button.value;
  const before = document.documentElement.dataset.theme ?? "";
  apply(form, theme);
  const body = new URLSearchParams({ theme, back: "/" });
  fetch(form.action, { method: "POST", body, headers: { Accept: "application/json" } })
    .then((answer) => answer.ok || Promise.reject())
    .catch(() => apply(form, before));
});

function apply(form, theme) {
  if (theme) document.documentElement.dataset.theme = theme;
  else delete document.documentElement.dataset.theme;
  for (const b of form.querySelectorAll("button")) b.setAttribute("aria-pressed", String(b.value === theme));
}
