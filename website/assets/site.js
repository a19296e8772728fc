// Below each block of code: a button that copies it, and one that opens a whole design in the playground.
import { packed } from "./link.js";

const home = new URL("..", import.meta.url);
const hasPlayground = document.querySelector('.md-nav a[href$="playground/"]') !== null;

for (const code of document.querySelectorAll(".md-typeset pre > code")) {
  const text = code.textContent;
  const bar = document.createElement("div");
  bar.className = "code-bar";
  bar.append(button("Copy", () => navigator.clipboard.writeText(text), "Copied"));
  if (hasPlayground && /^(#.*\n|\s)*(deployment|report) "[^\n]*\n(.*\n)*judged by /.test(text)) {
    bar.append(button("Open in the playground", async () => location.assign(new URL(`playground/${await packed(text)}`, home))));
  }
  (code.closest(".highlight") ?? code.parentElement).after(bar);
}

// What can be scrolled sideways can be reached by the keyboard.
addEventListener("load", () => {
  for (const wide of document.querySelectorAll(".md-typeset__scrollwrap")) wide.tabIndex = 0;
});

function button(text, clicked, done) {
  const made = document.createElement("button");
  made.type = "button";
  made.textContent = text;
  made.addEventListener("click", async () => {
    await clicked();
    if (done) made.textContent = done;
  });
  return made;
}
