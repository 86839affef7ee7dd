// Small comforts. Every page works without this file.
"use strict";

const button = (words) => {
  const made = document.createElement("button");
  made.type = "button";
  made.className = "quiet small";
  made.textContent = words;
  return made;
};

// A command is copied with one press.
for (const box of document.querySelectorAll(".command")) {
  const copy = button("Copy");
  copy.addEventListener("click", async () => {
    await navigator.clipboard.writeText(box.querySelector("code").textContent);
    copy.textContent = "Copied";
    setTimeout(() => { copy.textContent = "Copy"; }, 2000);
  });
  if (navigator.clipboard) box.append(copy);
}

// A password can be looked at while it is typed (NIST SP 800-63B-4 §3.1.1.2).
for (const input of document.querySelectorAll("input[type=password]")) {
  const what = input.labels[0]?.textContent.toLowerCase() ?? "password";
  const show = button("Show");
  show.setAttribute("aria-label", `Show ${what}`);
  show.addEventListener("click", () => {
    const word = input.type === "password" ? "Hide" : "Show";
    input.type = word === "Hide" ? "text" : "password";
    show.textContent = word;
    show.setAttribute("aria-label", `${word} ${what}`);
  });
  const row = document.createElement("div");
  row.className = "with-button";
  input.replaceWith(row);
  row.append(input, show);
  input.form?.addEventListener("submit", () => { input.type = "password"; });
}

// A page that was left open stops passing for a fresh one.
for (const notice of document.querySelectorAll("[data-fresh-until]")) {
  const left = Date.parse(notice.dataset.freshUntil) - Date.now();
  const show = () => { notice.hidden = false; };
  if (left < 2 ** 31) setTimeout(show, Math.max(0, left)); // The longest timer.
}

// What was typed outlives a detour: a form that was sent too late, too often or
// signed out did nothing, and its page is shown again with it. It stays in this tab
// and is no secret: no password, no code, nothing that the page brings by itself.
const KEPT = "strongroom.typed";
const visitor = document.body.dataset.visitor;

const secret = (input) =>
  ["password", "hidden", "file"].includes(input.type)
  || /password|one-time-code/.test(input.autocomplete);

const typedInto = (form) => [...form.elements]
  .filter((input) => input.name && input.value !== undefined && !secret(input))
  .filter((input) => input.type !== "submit" && input.tagName !== "BUTTON")
  .map((input) => [input.name, input.value, input.checked ?? null]);

const sameAction = (action) =>
  [...document.forms].filter((form) => form.getAttribute("action") === action);

const bringBack = ({ action, place, typed }) => {
  const form = sameAction(action)[place];
  if (!form) return;
  for (const [name, value, checked] of typed) {
    const named = [...form.elements].filter((input) => input.name === name && !secret(input));
    const tick = named.find((input) => /checkbox|radio/.test(input.type) && input.value === value);
    if (tick) tick.checked = checked;
    else if (named.length === 1) named[0].value = value;
  }
  const notice = document.createElement("p");
  notice.className = "notice";
  notice.setAttribute("role", "status");
  notice.textContent = "Nothing was changed. What you typed is here again.";
  form.closest("details")?.setAttribute("open", "");
  form.before(notice);
};

const keep = (found) => sessionStorage.setItem(KEPT, JSON.stringify(found));
const forget = () => sessionStorage.removeItem(KEPT);
const kept = JSON.parse(sessionStorage.getItem(KEPT));
const onDetour = "detour" in document.body.dataset;
if (kept && onDetour) {
  keep({ ...kept, detour: true });
} else if (kept && !kept.detour) {
  forget(); // It was taken.
} else if (kept?.path === location.pathname) {
  forget();
  if (kept.visitor === visitor) bringBack(kept);
}

document.addEventListener("submit", ({ target: form }) => {
  if (form.method !== "post" || onDetour) return;
  const [action, typed] = [form.getAttribute("action"), typedInto(form)];
  const place = sameAction(action).indexOf(form);
  const found = { path: location.pathname, visitor, action, place, typed };
  if (typed.length) keep(found);
  else forget();
});
