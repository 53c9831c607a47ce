// Passkeys. A button in a form asks the site what to ask the device, the device asks the person, and the form takes the answer along: what
// comes of it is a page, as of any form.
const buttons = document.querySelectorAll("[data-passkey]");
let waiting = null; // the browser's offer in a field, which ends when the button is pressed
const known = "PublicKeyCredential" in window && !!navigator.credentials;

for (const button of buttons) {
  if (!known) {
    button.hidden = true;
    button.form.querySelector("[data-passkey-none]").hidden = false;
    continue;
  }
  button.addEventListener("click", (event) => {
    event.preventDefault();
    press(button);
  });
  if (button.hasAttribute("data-offer")) offer(button);
}

async function press(button) {
  waiting?.abort();
  button.disabled = true;
  say(button, "");
  try {
    send(button, await answer(button, await begin(button), {}));
  } catch (error) {
    say(button, error.worded ?? (error.name === "InvalidStateError" ? button.dataset.tKnown : error instanceof TypeError ? button.dataset.tOffline : button.dataset.tFailed));
    button.disabled = false;
    if (button.hasAttribute("data-offer")) offer(button);
  }
}

// offer lets the browser show passkeys where a name is typed. What it asks is asked anew before the site forgets it.
async function offer(button) {
  if (!(await PublicKeyCredential.isConditionalMediationAvailable?.())) return;
  const mine = new AbortController();
  waiting = mine;
  setTimeout(() => {
    if (waiting !== mine || mine.signal.aborted) return;
    mine.abort();
    offer(button);
  }, 4 * 60 * 1000);
  try {
    const options = await begin(button);
    if (mine.signal.aborted) return;
    send(button, await answer(button, options, { mediation: "conditional", signal: mine.signal }));
  } catch {
    // Nobody asked for it: the form and the button are there.
  }
}

async function begin(button) {
  const response = await fetch(button.dataset.begin, {
    method: "POST",
    headers: { Accept: "application/json" },
    body: new URLSearchParams(new FormData(button.form)),
  });
  const body = await response.json();
  if (!response.ok) throw Object.assign(new Error("refused"), { worded: body.errors?.[0]?.detail ?? body.detail });
  return body.publicKey;
}

async function answer(button, options, more) {
  options.challenge = bytes(options.challenge);
  for (const list of [options.excludeCredentials, options.allowCredentials]) for (const c of list ?? []) c.id = bytes(c.id);
  if (button.dataset.passkey === "use") return await navigator.credentials.get({ publicKey: options, ...more });
  options.user.id = bytes(options.user.id);
  return await navigator.credentials.create({ publicKey: options });
}

function send(button, credential) {
  const r = credential.response;
  const response = { clientDataJSON: text(r.clientDataJSON) };
  if (r.attestationObject) {
    response.attestationObject = text(r.attestationObject);
    response.transports = r.getTransports?.() ?? [];
  } else {
    response.authenticatorData = text(r.authenticatorData);
    response.signature = text(r.signature);
    response.userHandle = r.userHandle ? text(r.userHandle) : undefined;
  }
  const form = button.form;
  form.elements.passkey.value = JSON.stringify({ id: credential.id, rawId: text(credential.rawId), type: credential.type, response });
  form.action = button.formAction;
  form.submit();
}

function say(button, sentence) {
  const place = button.form.querySelector("[data-passkey-wrong]");
  place.textContent = sentence;
  place.hidden = !sentence;
}

function bytes(base64url) {
  return Uint8Array.from(atob(base64url.replace(/-/g, "+").replace(/_/g, "/")), (c) => c.charCodeAt(0));
}

function text(buffer) {
  return btoa(String.fromCharCode(...new Uint8Array(buffer))).replace(/\+/g, "-").replace(/\//g, "_").replace(/=+$/, "");
}
