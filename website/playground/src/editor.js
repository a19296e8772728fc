// The editor: CodeMirror, with the words of a design coloured and what is wrong underlined.
import { defaultKeymap, history, historyKeymap } from "@codemirror/commands";
import { HighlightStyle, StreamLanguage, bracketMatching, indentOnInput, syntaxHighlighting } from "@codemirror/language";
import { lintGutter, lintKeymap, setDiagnostics } from "@codemirror/lint";
import { EditorState } from "@codemirror/state";
import { EditorView, drawSelection, highlightActiveLine, keymap, lineNumbers } from "@codemirror/view";
import { tags } from "@lezer/highlight";

const words = new Set(WORDS); // those of the grammar: build.py writes them in

const language = StreamLanguage.define({
  startState: () => ({ first: true, depth: 0 }),
  indent: (state, after, { unit }) => Math.max(state.depth - after.trimStart().startsWith("}"), 0) * unit,
  languageData: { indentOnInput: /^\s*\}$/ },
  token(stream, state) {
    if (stream.sol()) state.first = true;
    if (stream.eatSpace()) return null;
    if (stream.match(/^#.*/)) return "comment";
    if (stream.match(/^"[^"\\]*(?:\\.[^"\\]*)*"?/)) return "string";
    if (stream.match(/^(?:\d+-\d+-\d+|\d+(?:\.\d+)?)/)) return "number";
    if (stream.match(/^[\p{L}][\p{L}\p{N}_-]*/u)) {
      const word = stream.current();
      if (state.first) {
        state.first = false;
        const opens = stream.match(/^[^{\n"]*\{/, false) || stream.indentation() === 0;
        return opens ? "keyword" : "propertyName";
      }
      if (words.has(word)) return "atom";
      return "variableName";
    }
    state.depth += { "{": 1, "}": -1 }[stream.next()] ?? 0;
    return "punctuation";
  },
});

const colours = HighlightStyle.define([
  { tag: tags.comment, color: "var(--pg-comment)" },
  { tag: tags.string, color: "var(--pg-string)" },
  { tag: [tags.number, tags.atom], color: "var(--pg-atom)" },
  { tag: tags.keyword, color: "var(--pg-keyword)", fontWeight: "bold" },
  { tag: tags.propertyName, color: "var(--pg-field)" },
]);

/** An editor in an element; `changed` is called with the text whenever it changes. */
export function editorIn(parent, text, changed) {
  const extensions = [
    lineNumbers(),
    history(),
    drawSelection(),
    highlightActiveLine(),
    bracketMatching(),
    indentOnInput(),
    language,
    syntaxHighlighting(colours),
    lintGutter(),
    keymap.of([...defaultKeymap, ...historyKeymap, ...lintKeymap]),
    EditorView.contentAttributes.of({ "aria-label": "Design", spellcheck: "false", tabindex: "0" }),
    EditorView.updateListener.of((update) => update.docChanged && changed(update.state.doc.toString())),
  ];
  const view = new EditorView({ parent, state: EditorState.create({ doc: text, extensions }) });
  view.scrollDOM.removeAttribute("tabindex"); // the text in it takes the focus
  return view;
}

/** Replace the whole text, as one step that can be undone. */
export function replace(view, text) {
  view.dispatch({ changes: { from: 0, to: view.state.doc.length, insert: text } });
}

/** Underline problems as judging.py gives them. */
export function underline(view, problems) {
  const most = view.state.doc.length;
  const found = problems.map((one) => ({
    from: Math.min(one.from, most),
    to: Math.min(one.to, most),
    severity: one.severity,
    source: one.source,
    message: one.message,
    renderMessage: () => message(one),
  }));
  view.dispatch(setDiagnostics(view.state, found));
}

function message(problem) {
  const element = document.createElement("div");
  element.textContent = problem.message;
  element.className = "pg-message";
  if (problem.address) {
    const link = element.appendChild(document.createElement("a"));
    link.href = problem.address;
    link.textContent = problem.code;
  }
  return element;
}

/** Select a place, and bring it into view. */
export function show(view, from, to) {
  view.dispatch({ selection: { anchor: from, head: to }, effects: EditorView.scrollIntoView(from, { y: "center" }) });
  view.focus();
}
