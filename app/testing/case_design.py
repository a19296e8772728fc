"""The design of a case: the one from which it starts, changed as its lines say."""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from itertools import chain
from pathlib import Path

from clausewise.dsl import syntax
from clausewise.dsl.files.reading import too_large
from clausewise.dsl.models.check_design import check_design
from clausewise.dsl.text.diagnostic import Diagnostic, Diagnostics, InvalidError, has_errors, placed
from clausewise.dsl.text.source import Source
from clausewise.engine.core.policy import Policy
from clausewise.intake.access import Access
from clausewise.intake.designs import Written, read_design
from clausewise.intake.judges import policies_for
from clausewise.intake.texts import DESIGNS, read
from clausewise.testing.expectations import fact_name


@dataclass(frozen=True, slots=True)
class Start:
    """The design from which a case starts, with the text in which it stands: the cases, or a file of its own."""

    tree: syntax.Design
    source: Source


Starts = dict[str, Start | InvalidError]
"""Designs in files of their own, or what is wrong with them, by their names: many cases start from one."""


def name_of_file(case: syntax.CaseNode) -> str:
    """The file from which a case starts; empty if its design stands in the case."""
    return "" if isinstance(case.design, syntax.Design) else case.design.text


def too_much(case: syntax.CaseNode, source: Source, most: int) -> InvalidError:
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


def policy_of(
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


def changed(design: syntax.Design, case: syntax.CaseNode, problems: Diagnostics) -> syntax.Design:
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
