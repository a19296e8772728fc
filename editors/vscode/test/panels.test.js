// What panels show acts on nothing, whatever a design or a policy says.
const assert = require("node:assert/strict");
const test = require("node:test");
const { graphPage, questionsPage } = require("../dist/parts/panels.js");

test("questions come with their answers", () => {
  const question = { fact: "a.kind", ask: "What is a?", kind: "world", options: ["x", "y"], clauses: ["n1"], decisive: [{ answer: "x", verdict: "prohibited" }], doubt: null };
  const page = questionsPage([{ policy: "p 1.0", verdict: "needs-information", settled: false, questions: [question] }]);
  assert.match(page, /\*\*a\\\.kind\*\* What is a\?/);
  assert.match(page, /x makes it prohibited/);
});

test("a question cannot write Markdown", () => {
  const question = { fact: "a.kind", ask: "![x](https://example.org/x)", kind: "world", options: null, clauses: [], decisive: null, doubt: null };
  assert.doesNotMatch(questionsPage([{ policy: "p", verdict: "v", settled: true, questions: [question] }]), /(?<!\\)\]\(/);
});

test("the graph opens what a clause reads, circles or not, and runs no script", () => {
  const graph = {
    policy: "<script>p</script>",
    nodes: [
      { id: "clause:a", kind: "clause", label: "a", outcome: "violated" },
      { id: "definition:d", kind: "definition", label: "d" },
    ],
    edges: [
      { from: "clause:a", to: "definition:d", role: "unless" },
      { from: "definition:d", to: "clause:a", role: "reads" },
    ],
  };
  const page = graphPage(graph);
  assert.match(page, /unless d/);
  assert.doesNotMatch(page, /<script/);
});
