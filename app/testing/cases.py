"""Cases: designs with the outcomes, reasons and missing facts that a policy must give them."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field, replace
from pathlib import Path

from clausewise.checking.check import Options, judge_source
from clausewise.dsl import syntax
from clausewise.dsl.parsing.parser import parse
from clausewise.dsl.printing.trees import print_tree
from clausewise.dsl.text.diagnostic import Diagnostic, Diagnostics, InvalidError, has_errors
from clausewise.dsl.text.names import hint_for
from clausewise.dsl.text.source import Source, Span
from clausewise.engine.core.outcomes import Outcome, Verdict
from clausewise.engine.judging.judgement import Judgement
from clausewise.engine.judging.sufficient import decides, superfluous
from clausewise.intake.load import read


@dataclass(frozen=True, slots=True)
class Difference:
    """An expectation that was not met: where it stands, and what came instead."""

    span: Span
    message: str


@dataclass(frozen=True, slots=True)
class CaseResult:
    """What came of a case.

    Attributes:
        source: the file of the case.
        design: the text that was judged.
        judgement: what came of it, unless it could not be judged.
        expects: the clauses whose outcomes it names.
        expects_verdict: whether it names the verdict.
        differences: the expectations that were not met.
        diagnostics: the mistakes that kept the case from being judged.
    """

    title: str
    source: Source
    design: str = ""
    judgement: Judgement | None = field(default=None, repr=False)
    expects: frozenset[str] = frozenset()
    expects_verdict: bool = False
    differences: tuple[Difference, ...] = ()
    diagnostics: tuple[Diagnostic, ...] = ()

    @property
    def passed(self) -> bool:
        """Whether everything came as expected."""
        return not self.differences and not self.diagnostics


def case_files(paths: Iterable[Path]) -> Iterator[Path]:
    """The files named, and the files of cases in the folders named, in order.

    Raises:
        InvalidError: a folder holds none.
    """
    for path in paths:
        if not path.is_dir():
            yield path
            continue
        found = sorted(path.rglob("*.cases"))
        if not found:
            message = f"there are no cases in `{path}`"
            hint = "cases are in files that end in `.cases`"
            raise InvalidError([Diagnostic("E521", message, Source(str(path), ""), None, hint)])
        yield from found


def run_cases(path: Path) -> Iterator[CaseResult]:
    """Run the cases of a file, in order.

    Raises:
        InvalidError: the file has mistakes, or there is no case.
    """
    for case, source in cases_of(path):
        try:
            yield run_case(case, source)
        except InvalidError as error:
            yield CaseResult(case.title.text, source, diagnostics=tuple(error.diagnostics))


def cases_of(path: Path) -> Iterator[tuple[syntax.CaseNode, Source]]:
    """The cases of a file, with its text.

    Raises:
        InvalidError: the file has mistakes, or there is no case.
    """
    source = read(path)
    tree, problems = parse(source, "cases")
    if tree is None or has_errors(problems):
        raise InvalidError(problems)
    if not tree.cases:
        hint = 'write `case "..." { ... }`'
        message = f"there is no case in `{path}`"
        raise InvalidError([Diagnostic("E521", message, source, None, hint)])
    for case in tree.cases:
        yield case, source


def run_case(case: syntax.CaseNode, source: Source) -> CaseResult:
    """Run one case.

    Raises:
        InvalidError: the design or its policy has mistakes, or an expectation names what is not there.
    """
    problems = Diagnostics(source)
    design = _changed(_design_of(case, source, problems), case, problems)
    if problems.found:
        raise InvalidError(problems.found)
    text = print_tree(design)
    judged_as = Source(f"{source.path} ({case.title.text})", text)
    expected = [line for line in case.lines if isinstance(line, syntax.Expectation)]
    if not expected:
        hint = "write `expect prohibited`"
        problems.add("E547", "this case expects nothing", case.title.span, hint=hint)
        raise InvalidError(problems.found)
    readings = {
        line.reading.text: line.alternative.text
        for line in case.lines
        if isinstance(line, syntax.ChooseReading)
    }
    (judgement,) = judge_source(judged_as, Options(readings=readings))
    differences = [d for line in expected for d in _differences(line, judgement, problems)]
    if problems.found:
        raise InvalidError(problems.found)
    clauses = [judgement.policy.clause(line.subject.text) for line in expected if line.outcome]
    return CaseResult(
        case.title.text,
        source,
        text,
        judgement,
        frozenset(clause.name for clause in clauses if clause),
        any(line.outcome is None for line in expected),
        tuple(differences),
    )


# the design


def _design_of(case: syntax.CaseNode, source: Source, problems: Diagnostics) -> syntax.Design:
    if isinstance(case.design, syntax.Design):
        return case.design
    found = read(Path(source.path).parent / case.design.text)
    tree, mistakes = parse(found, "design")
    if tree is None or has_errors(mistakes):
        raise InvalidError([*mistakes, *problems.found])
    return tree


def _changed(design: syntax.Design, case: syntax.CaseNode, problems: Diagnostics) -> syntax.Design:
    """The design with the case's changes made, in order."""
    for line in case.lines:
        match line:
            case syntax.WithEntity(type_, name):
                block = syntax.Block(type_, name, ())
                design = replace(design, blocks=(*design.blocks, block))
            case syntax.WithFact(entity, statement):
                design = _with(design, entity, statement)
            case syntax.Without(fact):
                design = _without(design, fact, problems)
            case _:
                pass
    return design


def _name_of(block: syntax.Block) -> str:
    return (block.name or block.type).text


def _with(design: syntax.Design, entity: syntax.Name, statement: syntax.Statement) -> syntax.Design:
    """The design with one statement made, in place of any about the same field.

    A block that is not there yet is taken for one of a single type.
    """
    if all(_name_of(block) != entity.text for block in design.blocks):
        single = syntax.Block(entity, None, ())
        design = replace(design, blocks=(*design.blocks, single))
    return _replaced(design, entity, statement.field, statement)


def _without(design: syntax.Design, fact: syntax.FactNode, problems: Diagnostics) -> syntax.Design:
    names = [_name_of(block) for block in design.blocks]
    if fact.entity.text not in names:
        hint = hint_for(fact.entity.text, names, "entities")
        problems.add("E548", f"there is no `{fact.entity.text}`", fact.span, hint=hint)
        return design
    if fact.field is None:
        kept = tuple(block for block in design.blocks if _name_of(block) != fact.entity.text)
        return replace(design, blocks=kept)
    changed = _replaced(design, fact.entity, fact.field, None)
    if changed == design:
        stated = [
            s.field.text
            for b in design.blocks
            for s in b.statements
            if _name_of(b) == fact.entity.text
        ]
        hint = hint_for(fact.field.text, stated, "facts")
        problems.add("E548", f"`{_fact_name(fact)}` is not stated", fact.span, hint=hint)
    return changed


def _replaced(
    design: syntax.Design,
    entity: syntax.Name,
    field: syntax.Name,
    statement: syntax.Statement | None,
) -> syntax.Design:
    blocks = []
    for block in design.blocks:
        if _name_of(block) == entity.text:
            rest = tuple(s for s in block.statements if s.field != field)
            block = replace(block, statements=(*rest, *([statement] if statement else [])))
        blocks.append(block)
    return replace(design, blocks=tuple(blocks))


# the expectations


def _differences(
    line: syntax.Expectation, judgement: Judgement, problems: Diagnostics
) -> Iterator[Difference]:
    if line.outcome is None:
        if line.subject.text not in {verdict.value for verdict in Verdict}:
            hint = hint_for(line.subject.text, [v.value for v in Verdict], "verdicts")
            problems.add(
                "E201", f"there is no verdict `{line.subject.text}`", line.subject.span, hint=hint
            )
        elif judgement.verdict.value != line.subject.text:
            yield Difference(line.subject.span, f"the verdict is {judgement.verdict}")
        return
    clause = judgement.policy.clause(line.subject.text)
    if clause is None or line.outcome.text not in {outcome.value for outcome in Outcome}:
        known = [*judgement.policy.clauses] if clause is None else [o.value for o in Outcome]
        wrong = line.subject if clause is None else line.outcome
        hint = hint_for(wrong.text, known, "clauses" if clause is None else "outcomes")
        what = "clause" if clause is None else "outcome"
        problems.add("E201", f"there is no {what} `{wrong.text}`", wrong.span, hint=hint)
        return
    judged = judgement.clause(clause.name)
    if judged.outcome.value != line.outcome.text:
        because = ", ".join(judged.missing or judged.facts)
        yield Difference(line.outcome.span, f"{clause.name} is {judged.outcome} ({because})")
        return
    if line.because is not None:
        yield from _reason_differences(line, clause.name, judgement)
    if line.missing is not None:
        wanted = {_fact_name(fact) for fact in line.missing}
        if wanted != set(judged.missing):
            missing = ", ".join(judged.missing) or "nothing"
            yield Difference(line.missing[0].span, f"{clause.name} waits for {missing}")


def _reason_differences(
    line: syntax.Expectation, clause: str, judgement: Judgement
) -> Iterator[Difference]:
    """Whether the facts named decide the outcome: they alone, and each of them needed."""
    named = line.because or ()
    facts = [_fact_name(fact) for fact in named]
    if not decides(judgement, clause, facts):
        shown = ", ".join(judgement.clause(clause).facts)
        yield Difference(named[0].span, f"these facts do not decide it; {shown} do")
        return
    spans = dict(zip(facts, (fact.span for fact in named), strict=True))
    for fact in superfluous(judgement, clause, facts):
        yield Difference(spans[fact], f"{fact} can be left out")


def _fact_name(fact: syntax.FactNode) -> str:
    return f"{fact.entity.text}.{fact.field.text}" if fact.field else fact.entity.text
