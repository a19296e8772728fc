// Clausewise in a thread of its own, which can be stopped.
import { loadPyodide } from "./pyodide/pyodide.mjs";
import { HOME, start } from "./start.js";

const [archive, python] = await Promise.all([
  fetch("clausewise.tar.gz").then((answer) => {
    if (!answer.ok) throw new Error(`clausewise.tar.gz: ${answer.status}`);
    return answer.arrayBuffer();
  }),
  loadPyodide({ indexURL: new URL("pyodide/", import.meta.url).href }),
]);
python.unpackArchive(archive, "tar", { extractDir: HOME });
const functions = start(python);

onmessage = ({ data: { name, text } }) => {
  try {
    postMessage({ name, text, answer: JSON.parse(functions[name](text)) });
  } catch (error) {
    postMessage({ name, text, error: String(error.message ?? error) });
  }
};
postMessage({ name: "ready" });
