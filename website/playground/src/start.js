// Python, once it holds Clausewise: the functions that the playground asks. In a browser, and where that is packed.
export const HOME = "/clausewise";

/**
 * @param python a Pyodide in whose folder HOME the packages lie, in `lib`
 * @returns `judged` and `answers` of judging.py, from the text of a design to JSON; and `warm`, which makes edits quick from the first on
 */
export function start(python) {
  python.runPython(`
import os, sys
os.makedirs("${HOME}/cache", exist_ok=True)
os.chmod("${HOME}/cache", 0o700)  # it is used only where nobody else could write to it,
os.geteuid = lambda: 0  # and here is nobody else
os.environ["CLAUSEWISE_CACHE"] = "${HOME}/cache"
sys.path.insert(0, "${HOME}/lib")
os.makedirs("/designs", exist_ok=True)
os.chdir("/designs")
`);
  const judging = python.pyimport("judging");
  return { judged: judging.judged, answers: judging.answers, warm: judging.warm };
}
