// Push notifications on this device: the browser asks the person, and gives an address and a key by which it can be reached.
import { toast } from "./toast.js";

const button = document.querySelector("[data-push]");
const able = "serviceWorker" in navigator && "PushManager" in window && isSecureContext;

function bytes(base64) {
  const text = atob(base64.replaceAll("-", "+").replaceAll("_", "/"));
  return Uint8Array.from(text, (c) => c.charCodeAt(0));
}

async function subscribe() {
  if ((await Notification.requestPermission()) !== "granted") return toast(button.dataset.tDenied, { bad: true });
  const worker = await navigator.serviceWorker.ready;
  const key = { userVisibleOnly: true, applicationServerKey: bytes(button.dataset.push) };
  let subscription = await worker.pushManager.subscribe(key).catch(() => null);
  if (!subscription) { // made with the key of an installation that was here before
    await (await worker.pushManager.getSubscription())?.unsubscribe();
    subscription = await worker.pushManager.subscribe(key);
  }
  const answer = await fetch(button.dataset.pushUrl, {
    method: "POST", headers: { "Content-Type": "application/json", Accept: "application/json" }, body: JSON.stringify(subscription),
  });
  if (!answer.ok) throw new Error(String(answer.status));
  location.reload();
}

if (button && !able) {
  button.disabled = true;
  button.closest("p").append(" ", button.dataset.tNone);
}
button?.addEventListener("click", async () => {
  button.disabled = true;
  await subscribe().catch(() => toast(button.dataset.tFailed, { bad: true }));
  button.disabled = false;
});
