// What a design comes to, as the page shows it. All texts come in as text, and never as HTML.
const ORDER = ["violated", "undetermined", "review", "met", "not-applicable"];
const SAID = { review: "in review", "not-applicable": "not applicable" };
const FEW = 12;

/**
 * Show what came of a text.
 *
 * @param panel the element that holds it
 * @param judged what `judged` of judging.py gives
 * @param answers what `answers` gives; null while it is not known
 * @param go a function of a problem: shows its place
 */
export function render(panel, judged, answers, go) {
  const mistakes = judged.problems.filter((one) => one.source === "clausewise");
  const parts = [];
  if (mistakes.length) parts.push(ofMistakes(mistakes, judged.reports.length === 0, go));
  for (const report of judged.reports) parts.push(...ofReport(report, judged.problems, answers?.[report.policy], go));
  panel.replaceChildren(...parts);
}

function ofMistakes(mistakes, only, go) {
  const items = mistakes.map((one) => {
    const [what, ...rest] = one.message.split("\n");
    const place = button(what, () => go(one));
    const more = element("div", { className: "pg-more" }, words(rest.join(" ")));
    return element("li", {}, [place, " ", link(one.address, one.code), more]);
  });
  const title = only ? "It cannot be judged yet" : "In the text";
  return element("section", { className: "pg-mistakes" }, [element("h2", {}, [title]), element("ul", {}, items)]);
}

function ofReport(report, problems, answers, go) {
  const count = (outcome) => report.clauses.filter((one) => one.outcome === outcome).length;
  const counts = ORDER.filter(count).map((outcome) => `${count(outcome)} ${said(outcome)}`).join(", ");
  const settled = report.settled ? " Nothing that is open can change this." : "";
  const parts = [
    element("p", { className: `pg-verdict pg-${report.verdict}` }, [report.shown]),
    element("p", { className: "pg-by" }, [`by ${report.policy}: ${counts}.${settled}`]),
  ];
  const violated = report.violated.map((name) => report.clauses.find((one) => one.name === name));
  if (violated.length) {
    parts.push(element("h2", {}, ["What is violated"]));
    for (const clause of violated) parts.push(ofViolation(clause, report, problems, go));
  }
  if (report.questions.length) parts.push(...ofQuestions(report, problems, answers, go));
  const rows = report.clauses.map((one) => element("li", {}, [clauseLink(one, report), ` ${said(one.outcome)}`]));
  parts.push(element("details", {}, [element("summary", {}, ["All clauses"]), element("ul", {}, rows)]));
  return parts;
}

function said(outcome) {
  return SAID[outcome] ?? outcome;
}

function ofViolation(clause, report, problems, go) {
  const places = problems.filter((one) => one.code === clause.title && one.source === "clausewise verdict");
  const sentences = clause.sentences.map((sentence, number) =>
    element("li", {}, [places[number] ? button(sentence, () => go(places[number])) : element("span", {}, words(sentence))]),
  );
  return element("section", {}, [
    element("h3", {}, [clauseLink(clause, report)]),
    element("p", {}, words(clause.says)),
    element("ul", {}, sentences),
  ]);
}

function ofQuestions(report, problems, answers, go) {
  const places = placesOf(problems);
  const asked = report.questions.map((one) => {
    const place = places.get(`${one.fact} is open`);
    const decisive = (answers?.[one.fact] ?? []).map(({ answer, verdict }) => `“${answer}” would make it ${verdict}`).join("; ");
    return element("li", {}, [
      place ? button(one.ask, () => go(place)) : element("span", {}, words(one.ask)),
      element("div", { className: "pg-more" }, [
        `${one.fact}, for ${one.clauses.slice(0, 4).join(", ")}${one.clauses.length > 4 ? " and others" : ""}`,
        ...(decisive ? [element("br"), decisive] : []),
      ]),
    ]);
  });
  const parts = [
    element("h2", {}, [`${asked.length} open question${asked.length === 1 ? "" : "s"}`]),
    element("ul", { className: "pg-questions" }, asked.slice(0, FEW)),
  ];
  if (asked.length > FEW) {
    const rest = element("ul", { className: "pg-questions" }, asked.slice(FEW));
    parts.push(element("details", {}, [element("summary", {}, [`${asked.length - FEW} more`]), rest]));
  }
  return parts;
}

/** By each line of what is open, where it stands: of many questions each looks here, and not through all problems. */
function placesOf(problems) {
  const open = problems.filter((one) => one.severity === "info");
  return new Map(open.flatMap((one) => one.message.split("\n").map((line) => [line, one])));
}

function clauseLink(clause, report) {
  return link(`../clauses/${report.name}/${clause.name}/`, clause.title);
}

function button(text, clicked) {
  return element("button", { type: "button", className: "pg-place", onclick: clicked }, words(text));
}

/** A text in which what stands between backticks is code. */
function words(text) {
  const parts = text.split("`");
  if (parts.length % 2 === 0) return [text]; // one of them stands alone
  return parts.map((part, number) => (number % 2 ? element("code", {}, [part]) : part));
}

function link(href, text) {
  return href ? element("a", { href }, [text]) : text;
}

function element(name, properties = {}, children = []) {
  const made = Object.assign(document.createElement(name), properties);
  made.append(...children);
  return made;
}
