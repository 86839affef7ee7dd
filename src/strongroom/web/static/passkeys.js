// Passkeys: makes one, or shows one, and sends it by the form that asked for it.
"use strict";

const able = Boolean(
  globalThis.PublicKeyCredential?.parseCreationOptionsFromJSON &&
  globalThis.PublicKeyCredential?.parseRequestOptionsFromJSON,
);
const RENEW_MS = 240_000; // Before the question ends, which it does after five minutes.

const REASONS = {
  InvalidStateError: "This device has a passkey of yours already.",
  NotAllowedError: "No passkey was used. Try again when you are ready.",
  SecurityError: "Passkeys do not work at this address.",
};

const say = (form, words) => {
  const said = form.querySelector("[data-said]");
  said.textContent = words;
  said.hidden = !words;
};

// Asks the house; what it refuses is said in its own words.
const ask = async (address, body) => {
  const answer = await fetch(address, {
    method: body ? "POST" : "GET",
    headers: { accept: "application/json", "content-type": "application/json" },
    body: body && JSON.stringify(body),
  });
  const told = await answer.json();
  if (!answer.ok) throw new Error(Object.values(told.fields ?? {})[0] ?? told.title);
  return told.options;
};

const make = async (form, signal) => {
  const password = form.elements.password.value;
  const options = await ask("/api/v1/passkeys/options", { password });
  const publicKey = PublicKeyCredential.parseCreationOptionsFromJSON(options);
  return navigator.credentials.create({ publicKey, signal });
};

const show = async (form, signal, mediation) => {
  const options = await ask("/api/v1/passkeys/challenge");
  const publicKey = PublicKeyCredential.parseRequestOptionsFromJSON(options);
  return navigator.credentials.get({ publicKey, signal, mediation });
};

// A page has one ceremony open at a time: a later one ends the earlier.
let open = new AbortController();
let renewal;
const perform = async (form, ceremony, mediation) => {
  clearTimeout(renewal);
  open.abort();
  open = new AbortController();
  const { signal } = open;
  say(form, "");
  try {
    const credential = await ceremony(form, signal, mediation);
    form.elements.credential.value = JSON.stringify(credential);
    // The password went to the API; the form has no field of that name to send.
    form.elements.password?.removeAttribute("name");
    form.submit();
  } catch (raised) {
    if (signal.aborted) return;
    if (mediation !== "conditional") say(form, REASONS[raised.name] ?? raised.message);
  }
};

const offer = async (form) => {
  if (!(await PublicKeyCredential.isConditionalMediationAvailable?.())) return;
  perform(form, show, "conditional");
  renewal = setTimeout(() => { offer(form); }, RENEW_MS);
};

for (const form of able ? document.querySelectorAll("form[data-passkey]") : []) {
  form.hidden = false;
  form.addEventListener("submit", (event) => {
    event.preventDefault();
    perform(form, form.dataset.passkey === "make" ? make : show);
  });
  if ("autofill" in form.dataset) offer(form);
}
for (const notice of document.querySelectorAll("[data-no-passkeys]")) notice.hidden = able;
