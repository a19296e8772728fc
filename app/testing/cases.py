"""Cases: designs with the outcomes, reasons and missing facts that a policy must give them."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field, replace
from pathlib import Path

from clausewise.checking.check import Options, judge_source
from clausewise.dsl import syntax
from clausewise.dsl.files.reading import MAX_BYTES, shown
from clausewise.dsl.models.check_design import check_design
from clausewise.dsl.parsing.parser import parse
from clausewise.dsl.printing.trees import print_tree
from clausewise.dsl.text.diagnostic import Diagnostic, Diagnostics, InvalidError, has_errors, placed
from clausewise.dsl.text.fault import fault_of
from clausewise.dsl.text.names import hint_for
from clausewise.dsl.text.source import Source
from clausewise.engine.core.policy import Policy
from clausewise.engine.judging.judgement import Judgement
from clausewise.intake.access import Access
from clausewise.intake.designs import Written, read_design
from clausewise.intake.judges import policies_for
from clausewise.intake.load import DESIGNS, read
from clausewise.intake.walk import Found, find_files
from clausewise.testing.expectations import Difference, differences, fact_name, is_of_warning


@dataclass(frozen=True, slots=True)
class CaseResult:
    """What came of a case.

    Attributes:
        source: the file of the case.
        design: the text that was judged.
        judgement: what came of it, unless it could not be judged.
        expects: the clauses whose outcomes it names.
        expects_breaches: by clause, the breaches by which it is to be violated, where the case names them.
        expects_warnings: the warnings that it names.
        expects_verdict: whether it names the verdict.
        differences: the expectations that were not met.
        diagnostics: the mistakes that kept the case from being judged.
    """

    title: str
    source: Source
    design: str = ""
    judgement: Judgement | None = field(default=None, repr=False)
    expects: frozenset[str] = frozenset()
    expects_breaches: Mapping[str, frozenset[str]] = field(default_factory=dict)
    expects_warnings: frozenset[str] = frozenset()
    expects_verdict: bool = False
    differences: tuple[Difference, ...] = ()
    diagnostics: tuple[Diagnostic, ...] = ()

    @property
    def passed(self) -> bool:
        """Whether everything came as expected."""
        return not self.differences and not self.diagnostics


CASES = (".cases",)


def case_files(paths: Iterable[Path], access: Access | None = None) -> Found:
    """The files named, and the files of cases in the folders named, in order, and what is left out."""
    return find_files(paths, CASES, access or Access())


def no_cases(path: Path) -> InvalidError:
    """The mistake of a folder without any cases."""
    message = f"there are no cases in `{shown(path)}`"
    hint = "cases are in files that end in `.cases`"
    return InvalidError([Diagnostic("E521", message, Source(shown(path), ""), None, hint)])


def run_cases(path: Path, access: Access | None = None) -> Iterator[CaseResult]:
    """Run the cases of a file, in order.

    Args:
        path: the file.
        access: what may be opened, and which policies may judge (SECURITY.md, of cases).

    Raises:
        InvalidError: the file has mistakes, or there is no case.
    """
    for case, source in cases_of(path, (access or Access()).max_bytes):
        try:
            yield run_case(case, source, access)
        except InvalidError as error:
            yield CaseResult(case.title.text, source, diagnostics=tuple(error.diagnostics))
        except Exception as error:
            yield CaseResult(case.title.text, source, diagnostics=(fault_of(error, source.path),))


def cases_of(path: Path, limit: int = MAX_BYTES) -> Iterator[tuple[syntax.CaseNode, Source]]:
    """The cases of a file, with its text.

    Raises:
        InvalidError: the file has mistakes, or there is no case.
    """
    source = read(path, CASES, None, limit)
    tree, problems = parse(source, "cases")
    if tree is None or has_errors(problems):
        raise InvalidError(problems)
    if not tree.cases:
        hint = 'write `case "..." { ... }`'
        message = f"there is no case in `{path}`"
        raise InvalidError([Diagnostic("E521", message, source, None, hint)])
    for case in tree.cases:
        yield case, source


def run_case(case: syntax.CaseNode, source: Source, access: Access | None = None) -> CaseResult:
    """Run one case.

    Args:
        case: its tree.
        source: its file.
        access: as for `run_cases`.

    Raises:
        InvalidError: the design or its policy has mistakes, or an expectation names what is not there.
    """
    problems = Diagnostics(source)
    access = replace(access or Access(), beside=Path(source.path).parent)
    start = start_of(case, source, access)
    design = _changed(start.tree, case, problems)
    if problems.found:
        raise InvalidError(problems.found)
    policy = _policy_of(design, start, case, source, access)
    text = print_tree(design)
    title = re.sub(r"[/\\\0]", "-", case.title.text)  # it is no folder
    judged_as = Source(f"{source.path} ({title})", text)
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
    options = Options(policy.source.path, readings, access=access)
    (judgement,) = judge_source(judged_as, options)
    found = [d for line in expected for d in differences(line, judgement, problems)]
    if problems.found:
        raise InvalidError(problems.found)
    of_clauses = [line for line in expected if line.outcome and not is_of_warning(line)]
    named = [(judgement.clause(line.subject.text).clause.name, line.by) for line in of_clauses]
    return CaseResult(
        case.title.text,
        source,
        text,
        judgement,
        frozenset(name for name, _ in named),
        {name: frozenset(breach.text for breach in by) for name, by in named if by},
        frozenset(line.subject.text for line in expected if is_of_warning(line)),
        any(line.outcome is None for line in expected),
        tuple(found),
    )


# the design


@dataclass(frozen=True, slots=True)
class Start:
    """The design from which a case starts, with the text in which it stands: the cases, or a file of its own."""

    tree: syntax.Design
    source: Source


def start_of(case: syntax.CaseNode, source: Source, access: Access) -> Start:
    """Where a case starts. A design in a file lies below the folder of the cases, or of the project.

    Raises:
        InvalidError: that file cannot be used.
    """
    if isinstance(case.design, syntax.Design):
        return Start(case.design, source)
    folder = Path(source.path).parent
    try:
        found = read(
            folder / case.design.text,
            DESIGNS,
            (folder, access.home, *access.designs),
            access.max_bytes,
        )
        written = read_design(found)
        tree: syntax.Design | None
        if isinstance(written.tree, syntax.Design):
            tree, problems = written.tree, list(written.problems)
        else:
            policy = next(policies_for(written, None, access))
            tree, problems = written.tree.tree(policy.vocabulary)
    except InvalidError as error:
        raise InvalidError(placed(error.diagnostics, source, case.design.span)) from None
    if tree is None or has_errors(problems):
        raise InvalidError(problems)
    return Start(tree, found)


def _policy_of(
    design: syntax.Design, start: Start, case: syntax.CaseNode, source: Source, access: Access
) -> Policy:
    """The one policy that judges a case, if the design has no mistakes in its words.

    Raises:
        InvalidError: it has, at their places in the case or in the file from which it starts.
    """
    policies = list(policies_for(Written(start.source, start.tree, ()), None, access))
    if len(policies) != 1:
        hint = "write a case for each"
        several = "this case names several policies"
        raise InvalidError([Diagnostic("E546", several, source, case.title.span, hint)])
    vocabulary = policies[0].vocabulary
    _, problems = check_design(start.tree, start.source, vocabulary)
    if start.source is source or not has_errors(problems):
        _, problems = check_design(design, source, vocabulary)
        problems = [_in_the_case(problem, case) for problem in problems]
    if has_errors(problems):
        raise InvalidError(problems)
    return policies[0]


def _in_the_case(problem: Diagnostic, case: syntax.CaseNode) -> Diagnostic:
    """A mistake in the changed design, at its place in the case; at the title if it stands in another file."""
    spans = [case.title.span.to(case.end)] if isinstance(case.design, syntax.Design) else []
    spans += [
        line.entity.span.to(line.statement.span)
        for line in case.lines
        if isinstance(line, syntax.WithFact)
    ]
    spans += [
        line.type.span.to(line.name.span)
        for line in case.lines
        if isinstance(line, syntax.WithEntity)
    ]
    at = problem.span
    if at and any(span.start <= at.start < span.end for span in spans):
        return problem
    return replace(problem, span=case.title.span, labels=())


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
        problems.add("E548", f"`{fact_name(fact)}` is not stated", fact.span, hint=hint)
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
