"""A design as a session sees it: read, judged, and the questions that follow, which come from here alone."""

from __future__ import annotations

from collections.abc import Callable, Iterable

from clausewise.checking.check import check_each
from clausewise.checking.options import Options
from clausewise.checking.report import Checked, Report
from clausewise.dsl.editing.design import block_of, stated_in
from clausewise.dsl.files.reading import too_large
from clausewise.dsl.models.deployment import AS_OF, FactName, Missing, NoEntity, fact_name, place_of
from clausewise.dsl.models.vocabulary import EntityType, Field
from clausewise.dsl.startup.lean import lean_dataclass
from clausewise.dsl.syntax import Design, Name, Statement
from clausewise.dsl.text.diagnostic import Diagnostic, InvalidError
from clausewise.dsl.text.source import Source
from clausewise.engine.advice.questions import Question
from clausewise.engine.core.policy import Policy
from clausewise.engine.judging.judgement import VerdictArgument
from clausewise.intake.designs import read_design
from clausewise.intake.judges import policies_for

NOTHING_LISTED = "E509"


@lean_dataclass(frozen=True, slots=True)
class Asked:
    """A question, with the report that it comes from."""

    report: Report
    question: Question

    @property
    def field(self) -> Field | None:
        """The field that is asked for; `None` where it is the date of judging, or an entity."""
        return self.type.fields[place_of(self._fact)[1]] if self.type else None

    @property
    def type(self) -> EntityType | None:
        """The type of the entity that is asked about, if it is one."""
        fact = self.question.fact
        if isinstance(fact, NoEntity) or fact == AS_OF:
            return None
        return self.report.deployment.entities[place_of(self._fact)[0]].type

    @property
    def place(self) -> tuple[str, str | None]:
        """The type and the name of the block in which the answer goes; the only one of its type has no name."""
        assert self.type is not None
        return self.type.name, None if self.type.single else self.question.entity

    @property
    def _fact(self) -> FactName:
        return FactName(str(self.question.fact))


@lean_dataclass(frozen=True, slots=True)
class Looked:
    """A design with what its policies say of it.

    `reports` is empty where it lists nothing of which a policy speaks: then an entity is to be listed first.
    `asked` are the questions whose answers can still matter to a verdict. `together` is as of `Checked`.
    """

    source: Source
    tree: Design
    policies: tuple[Policy, ...]
    reports: tuple[Report, ...]
    asked: tuple[Asked, ...]
    together: VerdictArgument | None = None


Look = Callable[[Source], Looked]
"""Reads and judges a design. Raises `InvalidError` if it has mistakes."""


def looker(options: Options, *, try_answers: bool = True) -> Look:
    """What reads and judges designs by these options.

    Args:
        try_answers: whether to look for answers that settle the verdict, for which all is judged again and again.
    """

    def look(source: Source) -> Looked:
        content = source.text.encode() if source.content is None else source.content
        if len(content) > options.access.max_bytes:
            message = f"the design {too_large(options.access.max_bytes)}"
            raise InvalidError([Diagnostic("E100", message, source)])
        written = read_design(source)
        if not isinstance(written.tree, Design):
            message = "answers are written into designs in text, and this one is JSON"
            hint = "`clausewise ask FILE` lists the questions"
            raise InvalidError([Diagnostic("E104", message, source, None, hint)])
        policies = tuple(policies_for(written, options.policy, options.access))
        checked = _checked(source, options, try_answers=try_answers)
        asked = _asked(written.tree, checked.reports)
        return Looked(source, written.tree, policies, checked.reports, asked, checked.together)

    return look


def _checked(source: Source, options: Options, *, try_answers: bool) -> Checked:
    """What came of it; no reports where a policy finds nothing listed to judge.

    Raises:
        InvalidError: the design has other mistakes.
    """
    try:
        checked = check_each(source, options, try_answers=try_answers)
    except InvalidError as error:
        checked = Checked(source.path, (), error.diagnostics)
    mistakes = [one for one in checked.diagnostics if one.is_error]
    if any(one.code != NOTHING_LISTED for one in mistakes):
        raise InvalidError(mistakes)
    return checked


def _asked(tree: Design, reports: Iterable[Report]) -> tuple[Asked, ...]:
    """The questions whose answers can still matter to a verdict, in the order of the advice.

    Of several policies, those of the first come first. What the design states as `unknown` comes last: somebody
    has been asked already.
    """
    found: dict[Missing, Asked] = {}
    for report in reports:
        if report.verdict.is_open:
            for question in report.advice.questions:
                found.setdefault(question.fact, Asked(report, question))
    unknown = {
        fact_name((block.name or block.type).text, line.field.text)
        for block in tree.blocks
        for line in block.statements
        if line.items == (Name("unknown"),)
    }
    return tuple(sorted(found.values(), key=lambda asked: asked.question.fact in unknown))


def stated(looked: Looked, asked: Asked) -> Statement | None:
    """The line that states what is asked, if there is one: its value does not count, or is open."""
    block = block_of(looked.tree, *asked.place) if asked.type else None
    return stated_in(block, asked.field.name) if block and asked.field else None


def most_questions(looked: Looked) -> int:
    """How many facts could be asked at most of the entities that are listed: all that the policies read."""
    found: set[Missing] = {asked.question.fact for asked in looked.asked}
    for report in looked.reports:
        read = report.policy.fields_read
        found |= {
            fact_name(entity.name, field)
            for entity in report.deployment.entities.values()
            for field in entity.type.fields
            if (entity.type.name, field) in read and entity.value(field) is None
        }
    return len(found)
