// Clausewise in a thread of its own, which can be stopped. It is loaded by a script of the page's (judge.js), so that
// the page's Content-Security-Policy holds here, too.
import { loadPyodide } from "./pyodide/pyodide.mjs";
import { HOME, start } from "./start.js";

const [archive, python] = await Promise.all([
  fetch(new URL("clausewise.tar.gz", import.meta.url)).then((answer) => {
    if (!answer.ok) throw new Error(`clausewise.tar.gz: ${answer.status}`);
    return answer.arrayBuffer();
  }),
  loadPyodide({ indexURL: new URL("pyodide/", import.meta.url).href }),
]);
python.unpackArchive(archive, "tar", { extractDir: HOME });
const functions = start(python);

const SLICE = 10; // milliseconds: what is worked out at leisure makes way for what is asked that often
let answering = null; // the answers that are being worked out, as a generator of Python
let warming = null; // what makes the first edits as quick as the others

onmessage = ({ data: { name, text } }) => {
  answering?.destroy();
  answering = null;
  attempt(name, text, () => {
    if (name === "answers") return slice(text, (answering = functions.answers(text)));
    postMessage({ name, text, answer: JSON.parse(functions[name](text)) });
    if (!warming) setTimeout(warm, 0, (warming = functions.warm(text)));
  });
};

function slice(text, mine) {
  if (mine !== answering) return;
  const until = performance.now() + SLICE;
  while (performance.now() < until) {
    const found = mine.next().value;
    if (found) return postMessage({ name: "answers", text, answer: JSON.parse(found) });
  }
  postMessage({ name: "working", text });
  setTimeout(() => attempt("answers", text, () => slice(text, mine)), 0);
}

function warm(steps) {
  if (!steps.next().done) setTimeout(warm, 0, steps);
}

function attempt(name, text, work) {
  try {
    work();
  } catch (error) {
    postMessage({ name, text, error: String(error.message ?? error) });
  }
}
postMessage({ name: "ready" });
