// What the panels show: the questions as Markdown, the rule graph as a page without scripts.

export interface Question {
  fact: string;
  ask: string;
  kind: string;
  options: string[] | null;
  clauses: string[];
  decisive: { answer: string; verdict: string }[] | null;
  doubt: string | null;
}

export interface Asked {
  policy: string;
  verdict: string;
  settled: boolean;
  questions: Question[];
}

export interface Graph {
  policy: string;
  nodes: { id: string; kind: string; label: string; outcome?: string }[];
  edges: { from: string; to: string; role: string }[];
}

const MOST_OPTIONS = 12;

/** The questions that remain, by policy, those first that bear on most clauses. */
export function questionsPage(asked: readonly Asked[]): string {
  const parts = asked.map((one) => {
    const settled = one.settled ? " The verdict is settled: no answer can change it." : "";
    const lines = one.questions.map((question) => questionLine(question));
    const rest = lines.length ? lines.join("\n") : "Nothing is left to be asked.";
    return `# ${plain(one.verdict)} by ${plain(one.policy)}\n\n${one.questions.length} questions.${settled}\n\n${rest}\n`;
  });
  return parts.join("\n") || "This design was not judged.\n";
}

function questionLine(question: Question): string {
  const options = question.options ?? [];
  const shown = options.slice(0, MOST_OPTIONS).map(plain).join(", ");
  const more = options.length > MOST_OPTIONS ? `, and ${options.length - MOST_OPTIONS} more` : "";
  const decisive = (question.decisive ?? []).map((one) => `${plain(one.answer)} makes it ${plain(one.verdict)}`);
  const lines = [
    shown && `answers: ${shown}${more}`,
    decisive.length ? decisive.join("; ") : "",
    question.doubt ? `what is stated does not count: ${plain(question.doubt)}` : "",
    `bears on ${question.clauses.map(plain).join(", ")}`,
  ].filter(Boolean);
  return `- **${plain(question.fact)}** ${plain(question.ask)}\n${lines.map((line) => `  - ${line}`).join("\n")}`;
}

/** A text in Markdown, with all that Markdown gives a meaning made plain. */
export function plain(text: string): string {
  return text.replace(/[\\`*_{}[\]()#+\-.!<>|~&:]/g, "\\$&").replace(/\s+/g, " ");
}

/** The rule graph: each clause with what it reads below it. What a clause reads twice is opened once. */
export function graphPage(graph: Graph): string {
  const nodes = new Map(graph.nodes.map((node) => [node.id, node]));
  const below = new Map<string, { to: string; role: string }[]>();
  for (const edge of graph.edges) {
    below.set(edge.from, [...(below.get(edge.from) ?? []), edge]);
  }
  const branch = (id: string, seen: Set<string>, role: string): string => {
    const node = nodes.get(id);
    if (!node) {
      return "";
    }
    const outcome = node.outcome ? ` <b class="${escaped(node.outcome)}">${escaped(node.outcome)}</b>` : "";
    const unless = role === "unless" ? "unless " : "";
    const title = `<i>${escaped(node.kind)}</i> ${unless}${escaped(node.label)}${outcome}`;
    const inner = below.get(id) ?? [];
    if (!inner.length || seen.has(id)) {
      return `<li>${title}</li>`;
    }
    seen.add(id);
    const list = inner.map((edge) => branch(edge.to, seen, edge.role)).join("");
    return `<li><details><summary>${title}</summary><ul>${list}</ul></details></li>`;
  };
  const clauses = graph.nodes.filter((node) => node.kind === "clause");
  const list = clauses.map((node) => branch(node.id, new Set(), "")).join("");
  return `<!DOCTYPE html><html lang="en"><head><meta charset="utf-8">
<meta http-equiv="Content-Security-Policy" content="default-src 'none'; style-src 'unsafe-inline'">
<title>Rule graph</title><style>
li { list-style: none; margin: 0.2em 0; } i { opacity: 0.7; }
.violated { color: var(--vscode-errorForeground); } .undetermined, .review { color: var(--vscode-editorInfo-foreground); }
</style></head><body><h1>${escaped(graph.policy)}</h1><ul>${list}</ul></body></html>`;
}

function escaped(text: string): string {
  return text.replace(/[&<>"']/g, (character) => `&#${character.charCodeAt(0)};`);
}
