"""Cases: designs with the outcomes, reasons and missing facts that a policy must give them."""

from __future__ import annotations

import os
import re
from bisect import bisect_right
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field, replace
from itertools import chain
from pathlib import Path

from clausewise.checking.check import judge_source
from clausewise.checking.options import Options
from clausewise.dsl import syntax
from clausewise.dsl.files.reading import MAX_BYTES, shown, too_large
from clausewise.dsl.models.check_design import check_design
from clausewise.dsl.parsing.parser import parse
from clausewise.dsl.printing.trees import print_tree
from clausewise.dsl.text.diagnostic import Diagnostic, Diagnostics, InvalidError, has_errors, placed
from clausewise.dsl.text.fault import fault_of
from clausewise.dsl.text.names import is_policy, versioned
from clausewise.dsl.text.source import Source
from clausewise.engine.core.policy import Policy
from clausewise.engine.judging.judgement import Judgement
from clausewise.intake import packages
from clausewise.intake.access import Access
from clausewise.intake.designs import Written, read_design
from clausewise.intake.judges import named_policy, names_allowed, policies_for
from clausewise.intake.load import hint_for_policy, real_path
from clausewise.intake.texts import DESIGNS, read
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
    """The files named, and the files of cases in the folders named, in order, and what is left out.

    Where there is no such path, it is the name of a policy, perhaps with a version, for the cases beside it; or
    that of an installed pack, for all in its folder.
    """
    access = access or Access()
    files: list[Path] = []
    problems: list[tuple[str, Diagnostic]] = []
    for path in paths:
        try:
            files += [path] if os.path.lexists(path) else _called(str(path), access) or [path]
        except InvalidError as error:
            problems += [(str(path), problem) for problem in error.diagnostics]
    found = find_files(files, CASES, access)
    found.problems[:0] = problems
    return found


def _called(name: str, access: Access) -> list[Path]:
    """The files of cases of a policy, or of a pack; none for what is no name of one.

    Raises:
        InvalidError: there is none of that name, or no cases of it.
    """
    if not is_policy(name):
        return []
    allowed = names_allowed(access)
    if versioned(name)[0] in {versioned(one)[0] for one in allowed}:
        beside = Path(named_policy(name, access).source.path).with_suffix(CASES[0])
        found = [beside] if beside.is_file() else []
    else:
        packs = packages.folders()
        if name not in packs:
            message = f"there is no file, no policy and no pack `{name}`"
            hint = hint_for_policy(name, [*allowed, *packs])
            raise InvalidError([Diagnostic("E204", message, hint=hint)])
        found = sorted(map(real_path, packs[name].rglob(f"*{CASES[0]}")))
    if not found:
        message = f"there are no cases of `{name}`"
        hint = f"they are beside a policy, and called after it: `{versioned(name)[0]}{CASES[0]}`"
        raise InvalidError([Diagnostic("E521", message, hint=hint)])
    return found


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
    starts: Starts = {}
    most = left = (access or Access()).max_bytes
    for case, source in cases_of(path, most):
        try:
            if left < 0:
                raise _too_much(case, source, most)
            yield run_case(case, source, access, starts)
        except InvalidError as error:
            yield CaseResult(case.title.text, source, diagnostics=tuple(error.diagnostics))
        except Exception as error:
            yield CaseResult(case.title.text, source, diagnostics=(fault_of(error, source.path),))
        start = starts.get(_name_of_file(case))
        left -= len(start.source.text) if isinstance(start, Start) else 0


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


def run_case(
    case: syntax.CaseNode,
    source: Source,
    access: Access | None = None,
    starts: Starts | None = None,
) -> CaseResult:
    """Run one case.

    Args:
        case: its tree.
        source: its file.
        access: as for `run_cases`.
        starts: what cases of this file have started from before; what this one starts from is added.

    Raises:
        InvalidError: the design or its policy has mistakes, or an expectation names what is not there.
    """
    problems = Diagnostics(source)
    access = replace(access or Access(), beside=Path(source.path).parent)
    start = start_of(case, source, access, starts)
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
    named = policy.source.path if len(design.judged_by) == 1 else None
    options = Options(named, readings, access=access)
    judgement = judge_source(judged_as, options)[0]
    found = [d for line in expected for d in differences(line, judgement, problems)]
    if problems.found:
        raise InvalidError(problems.found)
    of_clauses = [line for line in expected if line.outcome and not is_of_warning(line)]
    by_clause = [(judgement.clause(line.subject.text).clause.name, line.by) for line in of_clauses]
    return CaseResult(
        title=case.title.text,
        source=source,
        design=text,
        judgement=judgement,
        expects=frozenset(name for name, _ in by_clause),
        expects_breaches={
            name: frozenset(breach.text for breach in by) for name, by in by_clause if by
        },
        expects_warnings=frozenset(line.subject.text for line in expected if is_of_warning(line)),
        expects_verdict=any(line.outcome is None for line in expected),
        differences=tuple(found),
    )


# the design


@dataclass(frozen=True, slots=True)
class Start:
    """The design from which a case starts, with the text in which it stands: the cases, or a file of its own."""

    tree: syntax.Design
    source: Source


Starts = dict[str, Start | InvalidError]
"""Designs in files of their own, or what is wrong with them, by their names: many cases start from one."""


def _name_of_file(case: syntax.CaseNode) -> str:
    return "" if isinstance(case.design, syntax.Design) else case.design.text


def _too_much(case: syntax.CaseNode, source: Source, most: int) -> InvalidError:
    """The mistake of naming more than is read: a few lines may name a large design many times."""
    message = f"with the designs that its cases name, each time, `{source.path}` {too_large(most)}"
    hint = "split it"
    return InvalidError([Diagnostic("E100", message, source, case.title.span, hint)])


def start_of(
    case: syntax.CaseNode, source: Source, access: Access, starts: Starts | None = None
) -> Start:
    """Where a case starts. A design in a file lies below the folder of the cases, or of the project.

    Args:
        starts: the files that were read, each once, and are read now.

    Raises:
        InvalidError: that file cannot be used.
    """
    starts = {} if starts is None else starts
    if isinstance(case.design, syntax.Design):
        return Start(case.design, source)
    name = case.design.text
    if name not in starts:
        try:
            starts[name] = _read_start(case.design, source, access)
        except InvalidError as error:
            starts[name] = error
    start = starts[name]
    if isinstance(start, InvalidError):
        raise start
    return start


def _read_start(named: syntax.Text, source: Source, access: Access) -> Start:
    """A design in a file, which lies below the folder of the cases, or of the project."""
    folder = Path(source.path).parent
    try:
        found = read(
            folder / named.text,
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
        raise InvalidError(placed(error.diagnostics, source, named.span)) from None
    if tree is None or has_errors(problems):
        raise InvalidError(problems)
    return Start(tree, found)


def _policy_of(
    design: syntax.Design, start: Start, case: syntax.CaseNode, source: Source, access: Access
) -> Policy:
    """The one policy that a case is about, if the design has no mistakes in its words.

    Others may be named behind it: the laws that it reads (`policy of law is prohibited`).

    Raises:
        InvalidError: it has, at their places in the case or in the file from which it starts.
    """
    policies = list(policies_for(Written(start.source, start.tree, ()), None, access))
    if not {other.name for other in policies[1:]} <= {*policies[0].laws}:
        hint = "write a case for each"
        several = "this case names several policies"
        raise InvalidError([Diagnostic("E546", several, source, case.title.span, hint)])
    vocabulary = policies[0].vocabulary
    _, problems = check_design(start.tree, start.source, vocabulary)
    if start.source is source or not has_errors(problems):
        _, problems = check_design(design, source, vocabulary)
        problems = list(_in_the_case(problems, case))
    if has_errors(problems):
        raise InvalidError(problems)
    return policies[0]


def _in_the_case(problems: Iterable[Diagnostic], case: syntax.CaseNode) -> Iterator[Diagnostic]:
    """Mistakes in the changed design, at their places in the case; at the title if they stand in another file."""
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
    spans.sort(key=lambda span: span.start)
    starts = [span.start for span in spans]
    for problem in problems:
        place = bisect_right(starts, problem.span.start) - 1 if problem.span else -1
        if place >= 0 and problem.span and problem.span.start < spans[place].end:
            yield problem
        else:
            yield replace(problem, span=case.title.span, labels=())


def _changed(design: syntax.Design, case: syntax.CaseNode, problems: Diagnostics) -> syntax.Design:
    """The design with the case's changes made, in order."""
    blocks = _Blocks(design.blocks)
    for line in case.lines:
        if problems.is_full:
            break
        match line:
            case syntax.WithEntity(type_, name):
                blocks.add(syntax.Block(type_, name, ()))
            case syntax.WithFact(entity, statement):
                blocks.state(entity, statement)
            case syntax.Without(fact):
                blocks.take_away(fact, problems)
            case _:
                pass
    return replace(design, blocks=blocks.written())


class _Blocks:
    """The blocks of a design, to be changed. What a change takes does not grow with them."""

    def __init__(self, blocks: Iterable[syntax.Block]) -> None:
        self._by_name: dict[str, list[_Changing]] = {}
        """More than one if a name is written twice, which is told of later."""
        self._all: list[_Changing] = []
        for block in blocks:
            self.add(block)

    def add(self, block: syntax.Block) -> None:
        """Put one at the end."""
        changing = _Changing(block)
        self._by_name.setdefault((block.name or block.type).text, []).append(changing)
        self._all.append(changing)

    def state(self, entity: syntax.Name, statement: syntax.Statement) -> None:
        """Make one statement, in place of any about the same field.

        A block that is not there yet is taken for one of a single type.
        """
        if entity.text not in self._by_name:
            self.add(syntax.Block(entity, None, ()))
        for block in self._by_name[entity.text]:
            block.leave_out(statement.field.text)
            block.stated[statement.field.text] = [statement]

    def take_away(self, fact: syntax.FactNode, problems: Diagnostics) -> None:
        """Take away an entity, or what is stated of one of its fields."""
        blocks = self._by_name.get(fact.entity.text, [])
        if not blocks:
            hint = problems.near(fact.entity.text, self._by_name, "entities")
            problems.add("E548", f"there is no `{fact.entity.text}`", fact.span, hint=hint)
        elif fact.field is None:
            for block in self._by_name.pop(fact.entity.text):
                block.is_left_out = True
        elif not sum(block.leave_out(fact.field.text) for block in blocks):
            stated = [name for block in blocks for name in block.stated]
            hint = problems.near(fact.field.text, stated, "facts")
            problems.add("E548", f"`{fact_name(fact)}` is not stated", fact.span, hint=hint)

    def written(self) -> tuple[syntax.Block, ...]:
        """All that are left, as they are now."""
        return tuple(each.written() for each in self._all if not each.is_left_out)


class _Changing:
    """A block that is being changed: its statements by the fields of which they are, in order."""

    def __init__(self, block: syntax.Block) -> None:
        self.block = block
        self.is_left_out = False
        self.stated: dict[str, list[syntax.Statement]] = {}
        for statement in block.statements:
            self.stated.setdefault(statement.field.text, []).append(statement)

    def leave_out(self, field: str) -> bool:
        """Leave out what is stated of a field; whether there is something."""
        return self.stated.pop(field, None) is not None

    def written(self) -> syntax.Block:
        """The block, as it is now."""
        return replace(self.block, statements=tuple(chain.from_iterable(self.stated.values())))
