// Dialogs, menus and questions. A question ([data-ask]) is a folded part of the page without scripts and becomes a
// dialog with them; on a phone every dialog is a sheet, by style alone.
import { make, on, typing } from "./dom.js";

on("click", "[data-open-dialog]", (_, button) => document.getElementById(button.dataset.openDialog)?.showModal());
on("click", "[data-print]", () => print());
on("click", "[data-close]", (_, button) => button.closest("dialog")?.close());
on("click", "dialog", (event, dialog) => event.target === dialog && dialog.close());

on("click", "[data-ask] > summary", (event, summary) => {
  event.preventDefault();
  const ask = summary.parentElement;
  const body = ask.querySelector(".ask-body");
  const dialog = make("dialog", { "aria-labelledby": body.getAttribute("aria-labelledby") });
  dialog.append(body);
  document.body.append(dialog);
  dialog.addEventListener("close", () => {
    ask.append(body);
    dialog.remove();
  });
  dialog.showModal();
});

document.addEventListener("click", (event) => closeMenus(event.target));
addEventListener("keydown", (event) => {
  if (event.key === "Escape") {
    const menu = document.querySelector("[data-menu][open]");
    closeMenus(null);
    menu?.querySelector("summary").focus();
  }
  if (event.key === "?" && !typing(event)) document.getElementById("shortcuts")?.showModal();
});

function closeMenus(except) {
  for (const menu of document.querySelectorAll("[data-menu][open]")) {
    if (!except || !menu.contains(except)) menu.removeAttribute("open");
  }
}
