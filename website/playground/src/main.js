// The page of the playground: an editor, what the design in it comes to, and links that carry it.
import { editorIn, replace, show, underline } from "./editor.js";
import { Judge } from "./judge.js";
import { packed, unpacked } from "../../assets/link.js";
import { render } from "./panel.js";

const ids = ["pg-all", "pg-choice", "pg-begin", "pg-share", "pg-state", "pg-verdict", "pg-panel"];
const LINKED = "from the link";
const [root, choice, begin, share, state, verdict, panel] = ids.map((id) => document.getElementById(id));
const designs = await (await fetch("designs.json")).json();
for (const { name } of designs) choice.add(new Option(name));
let judge = null;
let result = null;
let answers = null;
let changed = 0; // when, in milliseconds

const view = editorIn(document.getElementById("pg-editor"), await start(), (text) => {
  changed = performance.now();
  judge?.judge(text);
});

addEventListener("hashchange", async () => {
  const carried = await linked();
  if (carried !== null) replace(view, carried);
});

async function start() {
  return (await linked()) ?? designs[0].text;
}

/** The design that the address carries; null if it carries none, or not all of it, which is said. */
async function linked() {
  const carried = await unpacked(location.hash);
  if (carried === null) {
    if (location.hash.startsWith("#design=")) say("The link does not carry a whole design: copy all of it.");
    return null;
  }
  if (choice.options[0].value !== LINKED) choice.add(new Option(LINKED), 0);
  choice.selectedIndex = 0;
  return carried;
}

function told(event) {
  switch (event.name) {
    case "ready":
      say("Judging for the first time ...");
      break;
    case "judged":
      if (event.error) return say(`It could not be judged: ${event.error.trim().split("\n").at(-1)}`);
      result = event.answer;
      answers = null;
      say("");
      underline(view, result.problems);
      draw();
      verdict.textContent = result.reports.map((report) => report.title).join("; ");
      root.dataset.judged = String(Number(root.dataset.judged ?? 0) + 1);
      root.dataset.took = (performance.now() - changed).toFixed(1);
      break;
    case "answers":
      answers = event.answer ?? null;
      draw();
      break;
    case "stopped":
    case "failed":
      if (event.loading) {
        judge = null;
        begin.hidden = false;
        return say(`Clausewise could not be started: ${event.why}.`);
      }
      say(`Stopped: ${event.why}. It starts again with your next change.`);
  }
}

function draw() {
  render(panel, result, answers, (problem) => show(view, problem.from, problem.to));
}

function say(text) {
  state.textContent = text;
}

begin.addEventListener("click", () => {
  begin.hidden = true;
  say("Loading Python and Clausewise, once ...");
  changed = performance.now();
  judge = new Judge(told);
  judge.judge(view.state.doc.toString());
  view.focus();
});

choice.addEventListener("change", async () => {
  const chosen = designs.find(({ name }) => name === choice.value);
  replace(view, chosen ? chosen.text : await start());
});

share.addEventListener("click", async () => {
  const address = new URL(await packed(view.state.doc.toString()), location.href);
  history.replaceState(null, "", address);
  try {
    await navigator.clipboard.writeText(address.href);
    say("The link is in the clipboard, and in the address bar.");
  } catch {
    say("The link is in the address bar.");
  }
});

root.dataset.open = "yes";
