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
