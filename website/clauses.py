"""A page for each clause of the packs: its rule, what it reads, a design that violates it and one that keeps it.

Both designs are cases of the pack, and are judged anew for the page.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from difflib import unified_diff
from itertools import groupby
from pathlib import Path

from clausewise import policies
from clausewise.dsl.printing.trees import print_tree
from clausewise.dsl.syntax import CaseNode, Expectation, WithEntity, WithFact, Without
from clausewise.dsl.text.source import Source
from clausewise.engine.advice.because import because, remedy_for
from clausewise.engine.backends.solver.proving.directions import Directions
from clausewise.engine.core.clauses import Clause
from clausewise.engine.core.outcomes import Outcome
from clausewise.engine.core.policy import Policy
from clausewise.engine.judging.judgement import ClauseJudgement
from clausewise.formats.escaping import markdown, markdown_code
from clausewise.formats.policy.text import defined_words, facts_read, rule_lines_of
from clausewise.formats.proofs.text import by_direction
from clausewise.formats.report.sentences import as_sentence
from clausewise.intake.access import Access
from clausewise.intake.load import load_policy
from clausewise.testing.case_design import start_of
from clausewise.testing.cases import CaseResult, cases_of, run_case

Case = tuple[CaseNode, Source]
TITLES = {
    Outcome.VIOLATED: "A design that violates it",
    Outcome.MET: "A design that keeps it",
    Outcome.NOT_APPLICABLE: "A design to which it does not apply",
}


def write_clauses(folder: Path, *, with_directions: bool = False) -> None:
    """Write the pages into a folder: a list of all, and a folder for each policy, with its list and its clauses.

    Args:
        with_directions: whether each says which way values push its clause. That takes some 15 seconds in all.

    Raises:
        ModuleNotFoundError: directions are wanted, and python-sat is not installed.
    """
    folder.mkdir(parents=True)
    found = [load_policy(name) for name in policies.names(".policy")]
    found.sort(key=lambda policy: bool(policy.law_of))  # codes of conduct, then laws
    (folder / "README.md").write_text("\n".join(_index(found)) + "\n", encoding="utf-8")
    for policy in found:
        (folder / policy.name).mkdir()
        listing = "\n".join(_policy_page(policy)) + "\n"
        (folder / policy.name / "README.md").write_text(listing, encoding="utf-8")
        cases = list(_cases(policy))
        pushed = Directions(policy) if with_directions else None
        for clause in policy.clauses.values():
            text = "\n".join(clause_page(policy, clause, cases, pushed)) + "\n"
            (folder / policy.name / f"{clause.name}.md").write_text(text, encoding="utf-8")


def clause_page(
    policy: Policy, clause: Clause, cases: list[Case], pushed: Directions | None = None
) -> Iterator[str]:
    """The lines of a clause's page, in Markdown.

    Args:
        cases: those of the policy, from which the designs are taken that are shown.
        pushed: the directions in the policy, if the page is to say which way values push the clause.
    """
    yield from (f"# {markdown(clause.title)}", "")
    yield from (f"*[{markdown(policy.title)}](README.md)*, {markdown(clause.cited)}:", "")
    yield from (f"> “{markdown(clause.quotes)}”", "")
    yield from (_marked(clause.says), "")
    if policy.origin.startswith("https://"):
        yield from (f"[The text]({policy.origin}). [All clauses](../README.md).", "")
    yield from ("## The rule", "", "```policy", *rule_lines_of(policy, clause), "```", "")
    yield from _remedies(clause)
    yield from _reads(policy, clause)
    if pushed and clause.name not in policy.derived:
        yield from directions(clause, pushed)
    for outcome in (Outcome.VIOLATED, Outcome.MET, Outcome.NOT_APPLICABLE):
        shown = next((c for c in cases if _expects(c[0], clause, outcome)), None)
        if shown and (outcome is not Outcome.NOT_APPLICABLE or clause.when is not None):
            yield from _example(clause, shown, outcome)


def directions(clause: Clause, pushed: Directions) -> Iterator[str]:
    """Which way each value pushes the clause, as `clausewise clause --directions` says it."""
    fields = by_direction(pushed.of([clause.name])).get(clause.name, {})
    if not fields:
        return
    yield from ("## Which way values push", "")
    yield "Put in the place of another value, all else being equal, in some complete design. A term stands for all"
    yield from ("that the policy treats alike.", "")
    yield from ("| fact | it pushes | values |", "| --- | --- | --- |")
    for field, ways in fields.items():
        for way, values in ways.items():
            yield f"| `{field}` | {markdown(way)} | {', '.join(map(markdown_code, values))} |"
    yield ""


def _index(found: list[Policy]) -> Iterator[str]:
    yield from ("# Clauses", "")
    yield "Each clause of the packs has a page: its place in the text, the rule that judges,"
    yield "the facts that it reads, a design that violates it and one that keeps it."
    for policy in found:
        yield from ("", f"## [{markdown(policy.title)}]({policy.name}/README.md)", "")
        yield markdown(policy.full_name)
        yield from _listed(policy, f"{policy.name}/")


def _policy_page(policy: Policy) -> Iterator[str]:
    """The clauses of one policy, where an address that was shortened leads."""
    yield from (f"# {markdown(policy.title)}", "", f"{markdown(policy.full_name)}.")
    if policy.origin.startswith("https://"):
        yield f"[The text]({policy.origin})."
    yield "[All clauses](../README.md)."
    yield from _listed(policy, "")


def _listed(policy: Policy, folder: str) -> Iterator[str]:
    """The clauses of a policy, section by section; `folder` leads to their pages."""
    titles = {section.name: section.title for section in policy.sections}
    for name, clauses in groupby(policy.clauses.values(), key=lambda clause: clause.section):
        yield from ("", f"**{markdown(titles[name])}**") if name in titles else ()
        yield from ("", "| number | clause | quote |", "| --- | --- | --- |")
        for clause in clauses:
            link = f"[{markdown(clause.name)}]({folder}{clause.name}.md)"
            yield f"| {markdown(clause.number)} | {link} | “{markdown(clause.quotes)}” |"


def _marked(text: str) -> str:
    """A sentence of a pack, in which words of the language stand between backticks."""
    pieces = enumerate(
        re.split(r"(\s*`[^`]+`\s*)", text)
    )  # with the blanks around, which `markdown` takes away
    return "".join(_as_code(piece) if number % 2 else markdown(piece) for number, piece in pieces)


def _as_code(piece: str) -> str:
    return piece.replace(piece.strip(), markdown_code(piece.strip().strip("`")))


def _remedies(clause: Clause) -> Iterator[str]:
    named = [f"{markdown_code(b.name)}: {_marked(b.remedy)}" for b in clause.breaches if b.remedy]
    said = [*([_marked(clause.remedy)] if clause.remedy else []), *named]
    if said:
        yield from ("## What to do", "", *(f"- {line}" for line in said), "")


def _reads(policy: Policy, clause: Clause) -> Iterator[str]:
    used, fields = facts_read(policy, clause)
    if used:
        yield from ("## Words that it uses", "")
        yield from (_word(policy, kind, name) for kind, name in used)
        yield ""
    if fields:
        yield from (
            "## Facts that it reads",
            "",
            "| fact | kind | question |",
            "| --- | --- | --- |",
        )
        for field in fields:
            ask = _marked(field.asked_of(f"the {field.owner}"))
            yield f"| `{field.owner}.{field.name}` | {field.kind} | {ask} |"
        yield ""
    if documents := policy.documents_of(clause):
        yield from ("Beside its own text it goes by:", "")
        yield from (*(f"- {markdown(document.words)}" for document in documents), "")


def _word(policy: Policy, kind: str, name: str) -> str:
    words = defined_words(policy, kind, name)
    return f"- {kind} {_marked(words) if kind == 'reading' else markdown_code(words)}"


# designs


def _cases(policy: Policy) -> Iterator[Case]:
    """The cases beside a policy, those first that change least."""
    path = Path(policy.source.path).with_suffix(".cases")
    found = list(cases_of(path)) if path.is_file() else []
    yield from sorted(found, key=lambda case: len(_changes(case[0])))


def _changes(case: CaseNode) -> list[str]:
    """The lines of a case that change the design from which it starts."""
    changing = (WithFact, WithEntity, Without)
    return [type(line).__name__ for line in case.lines if isinstance(line, changing)]


def _expects(case: CaseNode, clause: Clause, outcome: Outcome) -> bool:
    return any(
        line.subject.text in (clause.name, clause.number)
        and line.outcome is not None
        and line.outcome.text == str(outcome)
        for line in case.lines
        if isinstance(line, Expectation)
    )


def _example(clause: Clause, case: Case, outcome: Outcome) -> Iterator[str]:
    result = run_case(*case)
    if not (result.passed and result.judgement):
        raise ValueError(f"{result.title}: {result.differences or result.diagnostics}")
    judged = result.judgement.clause(clause.name)
    yield from (f"## {TITLES[outcome]}", "", f"{_marked(_sentence(result.title))}", "")
    if outcome is Outcome.VIOLATED:
        yield from _violations(judged, result)
    elif judged.facts:
        facts = ", ".join(map(markdown_code, judged.facts))
        yield from (f"What settles it: {facts}.", "")
    if changed := _difference(case, result.design):
        yield from ("```diff", *changed, "```", "")
    yield from ('<details markdown="1">', "<summary>The whole design</summary>", "")
    yield from ("```design", result.design.rstrip(), "```", "", "</details>", "")


def _difference(case: Case, design: str) -> list[str]:
    """What a case changes in the design from which it starts, with the lines around."""
    before = print_tree(start_of(*case, Access()).tree)
    lines = list(unified_diff(before.splitlines(), design.splitlines(), lineterm="", n=1))
    return ["  ..." if line.startswith("@@") else line for line in lines[2:]]


def _sentence(title: str) -> str:
    return as_sentence(f"{title[:1].upper()}{title[1:]}")


def _violations(judged: ClauseJudgement, result: CaseResult) -> Iterator[str]:
    assert result.judgement
    findings = [f for f in judged.findings if f.outcome is Outcome.VIOLATED]
    for finding in findings:
        facts = ", ".join(map(markdown_code, finding.facts))
        yield f"- {_marked(because(finding, result.judgement.deployment))} ({facts})"
    if remedy := remedy_for(findings):
        yield from ("", f"What would help: {_marked(remedy)}")
    yield ""
