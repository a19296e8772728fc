"""What changed from one version to the next: answers, their evidence, and what clauses come to because of them."""

from __future__ import annotations

from clausewise.desk.interview.drafts import Draft
from clausewise.desk.interview.evidence import lines_of
from clausewise.desk.interview.questions import answer_in_words
from clausewise.desk.judging.verdicts import JudgedVersion, title_of
from clausewise.dsl.models.deployment import FactName, fact_name
from clausewise.dsl.startup.lean import lean_dataclass
from clausewise.engine.advice.questions import question_about
from clausewise.engine.core.outcomes import Outcome


@lean_dataclass(frozen=True, slots=True)
class StatedAnswer:
    """An answer in words, empty where it is not known yet, and the names of its evidence."""

    said: str
    evidence: tuple[str, ...] = ()


@lean_dataclass(frozen=True, slots=True)
class ChangedAnswer:
    """An answer that is not what it was; `None` where there was or is none."""

    fact: FactName
    ask: str
    before: StatedAnswer | None
    after: StatedAnswer | None

    @property
    def before_said(self) -> str:
        """The answer that was, in words; empty if there was none."""
        return self.before.said if self.before else ""


@lean_dataclass(frozen=True, slots=True)
class ChangedClause:
    """A clause that comes to something else."""

    title: str
    before: Outcome
    after: Outcome


@lean_dataclass(frozen=True, slots=True)
class VersionChanges:
    """All that differs."""

    answers: tuple[ChangedAnswer, ...]
    clauses: tuple[ChangedClause, ...]


def changes(before: JudgedVersion, after: JudgedVersion) -> VersionChanges:
    """What differs between two versions, each without people's judgements: those are made anew for each."""
    was, now = _answers(before.draft), _answers(after.draft)
    answers = (
        ChangedAnswer(fact, _ask(fact, before, after), was.get(fact), now.get(fact))
        for fact in {**was, **now}
        if was.get(fact) != now.get(fact)
    )
    outcomes = {one.clause.name: one.outcome for one in before.report.clauses}
    clauses = (
        ChangedClause(title_of(one.clause), outcomes[one.clause.name], one.outcome)
        for one in after.report.clauses
        if outcomes[one.clause.name] is not one.outcome
    )
    return VersionChanges(tuple(answers), tuple(clauses))


def reconsidered(before: JudgedVersion, after: JudgedVersion) -> VersionChanges:
    """The answers that were known already and say something else, such as those changed after a preview."""
    found = changes(before, after)
    said = (one for one in found.answers if one.before_said)
    answers = (one for one in said if one.after is None or one.after.said != one.before_said)
    return VersionChanges(tuple(answers), found.clauses)


def _answers(draft: Draft) -> dict[FactName, StatedAnswer]:
    found = {}
    for block, line in lines_of(draft):
        fact = fact_name((block.name or block.type).text, line.field.text)
        field = draft.vocabulary.entities[block.type.text].fields[line.field.text]
        evidence = tuple([one.text for one in line.evidence])
        found[fact] = StatedAnswer(answer_in_words(line, draft, field), evidence)
    return found


def _ask(fact: FactName, *versions: JudgedVersion) -> str:
    """The question of a fact, by the version in which what it is about is listed."""
    for one in reversed(versions):
        deployment = one.report.deployment
        if fact.partition(".")[0] in deployment.entities:
            return question_about(fact, (), deployment).ask
    return fact
