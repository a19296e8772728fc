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
function reach() {
  for (const wide of document.querySelectorAll(".md-typeset__scrollwrap, .md-typeset pre > code")) {
    if (wide.scrollWidth > wide.clientWidth) wide.tabIndex = 0;
    else wide.removeAttribute("tabindex");
  }
}
addEventListener("load", reach);
addEventListener("resize", reach);
addEventListener("toggle", reach, { capture: true });

// On a narrow screen the theme opens its lists by labels, which no key reaches: buttons take their place.
const LISTS = [
  ['header label[for="__drawer"]', "Pages"],
  ['.md-sidebar-button[for="__toc"]', "On this page"],
];
for (const [selector, name] of LISTS) {
  for (const label of document.querySelectorAll(selector)) {
    const opener = document.createElement("button");
    opener.type = "button";
    opener.className = label.className;
    opener.ariaLabel = name;
    opener.dataset.opens = label.htmlFor;
    opener.append(...label.childNodes);
    opener.addEventListener("click", () => document.getElementById(label.htmlFor).click());
    label.replaceWith(opener);
  }
}
addEventListener("keydown", (event) => {
  if (event.key !== "Escape") return;
  for (const id of ["__drawer", "__toc"]) {
    const list = document.getElementById(id);
    if (list?.checked) list.click();
  }
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
