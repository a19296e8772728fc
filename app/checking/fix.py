"""The smallest change of one design: from its file to proposals, each of which was judged again."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence

from clausewise.checking.check import judge_source
from clausewise.checking.judging import judge_deployment
from clausewise.checking.options import Options
from clausewise.checking.solver import exactly
from clausewise.checking.together import JudgedTogether, judged_together
from clausewise.dsl.editing.design import set_fact
from clausewise.dsl.editing.edits import Edit, edited
from clausewise.dsl.editing.layout import kept_in_layout
from clausewise.dsl.models.admission import needs_evidence
from clausewise.dsl.models.deployment import Deployment, Fact, place_of
from clausewise.dsl.models.vocabulary import Vocabulary
from clausewise.dsl.models.written import items_of
from clausewise.dsl.parsing.parser import parse
from clausewise.dsl.startup.lean import lean_dataclass
from clausewise.dsl.syntax import Design, Name, Statement
from clausewise.dsl.text.diagnostic import Diagnostic, InvalidError
from clausewise.dsl.text.names import hint_for
from clausewise.dsl.text.source import Source
from clausewise.engine.advice.questions import Question, questions
from clausewise.engine.backends.solver.mending.repair import (
    WHOLE,
    ChoiceChange,
    JudgingPolicy,
    Prohibits,
    Proposal,
    Repair,
    repair,
)
from clausewise.engine.core.clauses import Clause
from clausewise.engine.core.outcomes import Outcome, Verdict
from clausewise.engine.core.policy import Policy
from clausewise.engine.judging.judgement import Judgement


@lean_dataclass(frozen=True, slots=True)
class InTheWay:
    """A clause that no choice keeps, and the facts by which it is violated: none of them is to be changed."""

    clause: str
    policy: str
    facts: tuple[Fact, ...]


@lean_dataclass(frozen=True, slots=True)
class Outlook:
    """What a design comes to, as it is or by a proposal.

    Attributes:
        whole: by which policies, and on the whole.
        in_the_way: the clauses that are violated, each with the facts in the way.
        asked: what is still to be answered.
    """

    whole: JudgedTogether
    in_the_way: tuple[InTheWay, ...]
    asked: tuple[Question, ...]

    @property
    def judgements(self) -> tuple[Judgement, ...]:
        """One for each policy."""
        return self.whole.judgements

    @property
    def verdict(self) -> Verdict:
        """The verdict on the whole."""
        return self.whole.verdict


@lean_dataclass(frozen=True, slots=True)
class ProposedFix:
    """Changes of a design.

    Attributes:
        changes: what is changed, in the order of the design.
        text: the design with them; `None` if it is no design in text.
        outlook: what it then comes to.
        cost: what the changes cost.
        wanting: the facts that count only once evidence stands beside them.
    """

    changes: tuple[ChoiceChange, ...]
    text: str | None
    outlook: Outlook
    cost: int
    wanting: tuple[Fact, ...]


@lean_dataclass(frozen=True, slots=True)
class Fixed:
    """What can be done for a design.

    Attributes:
        now: what it comes to as it is.
        fixes: the smallest changes, in the order of `Repair.proposals`. There may be none.
        settled: whether the search came to its end.
        in_truth: the clauses that are violated however the facts turn out, though the judge leaves them open.
    """

    source: Source
    now: Outlook
    fixes: tuple[ProposedFix, ...]
    settled: bool
    in_truth: tuple[Clause, ...] = ()

    @property
    def best(self) -> Outlook:
        """What the design comes to by the first of the fixes, or as it is."""
        return self.fixes[0].outlook if self.fixes else self.now

    def line_of(self, fact: Fact) -> int:
        """The line of the design as it was given that states a fact; 0 if none does."""
        given = self.now.judgements[0].deployment.fact(fact.name)
        return self.source.position(given.span.start)[0] if given and given.span else 0

    def left_by(self, fix: ProposedFix) -> list[tuple[Policy, Clause]]:
        """The violated clauses that no longer apply by a fix: it does not keep them."""
        return [
            (before.policy, judged.clause)
            for before, by_fix in zip(self.now.judgements, fix.outlook.judgements, strict=True)
            for judged, after in zip(before.clauses, by_fix.clauses, strict=True)
            if (judged.outcome, after.outcome) == (Outcome.VIOLATED, Outcome.NOT_APPLICABLE)
        ]


def fix_source(source: Source, options: Options, allow: Iterable[str], most: int) -> Fixed:
    """The smallest changes that make a design as good as choices can.

    Args:
        allow: fields that may change though they say what their entity is: `use.purpose`, or `purpose`.
        most: how many proposals are looked for.

    Raises:
        InvalidError: the design or a policy has mistakes, nothing could be judged, the policies do not share a
            vocabulary, or a field that is allowed is none that can be.
        ModuleNotFoundError: python-sat is not installed.
    """
    whole = judged_together(judge_source(source, options), exact=options.exact)
    judgements = whole.judgements
    deployment = _shared(judgements, source)
    allowed = allowed_fields(allow, deployment.vocabulary)
    judges = [
        JudgingPolicy(found.policy, found.readings, _outcomes_of(found)) for found in judgements
    ]
    prohibits = _prohibits(whole, options)
    found = repair(deployment, judges, allowed=allowed, most=most, prohibits=prohibits)
    now = _outlook(whole, found, options)
    fixes = tuple(
        _fix(source, proposal, found, judgements, options) for proposal in found.proposals
    )
    return Fixed(source, now, fixes, found.settled, tuple(_violated_in_truth(found, judgements)))


def _outcomes_of(judgement: Judgement) -> Callable[[Deployment], Mapping[str, Outcome]]:
    return lambda deployment: judgement.outcomes_of(deployment, judgement.readings)


def _violated_in_truth(found: Repair, judgements: Sequence[Judgement]) -> Iterator[Clause]:
    """The clauses that are violated however the facts turn out, as an exact judgement confirms."""
    for number, judgement in enumerate(judgements):
        names = sorted(name for place, name in found.doomed if place == number)
        if names and not judgement.exact:
            exact = exactly(judgement, sharing=len(judgements))
            clauses = [exact.clause(name) for name in names]
            yield from (c.clause for c in clauses if c.outcome is Outcome.VIOLATED)


def _prohibits(whole: JudgedTogether, options: Options) -> Prohibits | None:
    """Tells whether a changed design is prohibited; nothing unless it is, with none of its clauses violated."""
    outcomes = {clause.outcome for each in whole.judgements for clause in each.clauses}
    if whole.verdict is not Verdict.PROHIBITED or Outcome.VIOLATED in outcomes:
        return None

    def prohibits(deployment: Deployment) -> bool:
        found = [judge_deployment(j.policy, deployment, options) for j in whole.judgements]
        return judged_together(found, exact=True).verdict is Verdict.PROHIBITED

    return prohibits


def _shared(judgements: Sequence[Judgement], source: Source) -> Deployment:
    """The deployment that all policies judge.

    Raises:
        InvalidError: their vocabularies differ.
    """
    first, *others = judgements
    for other in others:
        if other.policy.vocabulary != first.policy.vocabulary:
            names = f"`{first.policy.full_name}` and `{other.policy.full_name}`"
            message = f"{names} go by different vocabularies, so no change serves both"
            hint = f"choose one of them: `--policy {first.policy.name}`"
            raise InvalidError([Diagnostic("E530", message, source, None, hint)])
    return first.deployment


def allowed_fields(names: Iterable[str], vocabulary: Vocabulary) -> frozenset[tuple[str, str]]:
    """The choices of these names, which may change: `use.purpose`, or `purpose` of whatever has such a field.

    Raises:
        InvalidError: there is no such field, or it is a fact of the world or a judgement.
    """
    fields = [field for type_ in vocabulary.entities.values() for field in type_.fields.values()]
    found = set()
    for name in names:
        named = [field for field in fields if name in (field.name, f"{field.owner}.{field.name}")]
        choices = [field for field in named if field.kind == "choice"]
        if not named:
            hint = hint_for(name, [f"{f.owner}.{f.name}" for f in fields], "fields")
            raise InvalidError([Diagnostic("E201", f"there is no field `{name}`", hint=hint)])
        if not choices:
            what = {"world": "a fact of the world", "judgement": "a person's judgement"}
            message = f"`{name}` is {what[named[0].kind]}, so no change of it is proposed"
            hint = "only a choice can be allowed to change"
            raise InvalidError([Diagnostic("E529", message, hint=hint)])
        found |= {(field.owner, field.name) for field in choices}
    return frozenset(found)


def _fix(
    source: Source,
    proposal: Proposal,
    found: Repair,
    judgements: Sequence[Judgement],
    options: Options,
) -> ProposedFix:
    """A proposal with the text of the design by it, which is judged as any design is.

    Under strict review, a new claim counts only once its evidence stands beside it. It is judged as if it did.
    """
    facts = [change.fact for change in proposal.changes]
    wanting = tuple(f for f in facts if options.evidence_required and needs_evidence(f))
    text = None
    if not source.path.lower().endswith(".json"):
        text = _with_facts(source, facts, proposal.deployment.vocabulary).text
    if text is None or wanting:
        after = [judge_deployment(j.policy, proposal.deployment, options) for j in judgements]
    else:
        after = [*judge_source(Source(source.path, text), options)]
    whole = judged_together(after, exact=options.exact)
    _refuse_other(proposal, whole)
    return ProposedFix(
        proposal.changes, text, _outlook(whole, found, options), proposal.cost, wanting
    )


def _with_facts(source: Source, facts: Iterable[Fact], vocabulary: Vocabulary) -> Source:
    """A design with other values of facts. What stood beside an old value, such as evidence, goes with it."""
    before = source
    for some in _apart(facts):
        tree, _ = parse(source, "design")
        assert isinstance(tree, Design)  # it was judged
        edits = (_edits(source, tree, fact, vocabulary) for fact in some)
        source = edited(source, [edit for each in edits for edit in each])
    return kept_in_layout(before, source)


def _apart(facts: Iterable[Fact]) -> list[list[Fact]]:
    """Facts in rounds, in each of which they are of different entities.

    So within a round no edit overlaps another's; those at one place, such as blocks at the end, stay in order.
    A thousand facts, one after another, took as long as to read the design a thousand times.
    """
    rounds: list[list[Fact]] = []
    numbers = Counter[str]()
    for fact in facts:
        number = numbers[fact.entity]
        numbers[fact.entity] += 1
        rounds += [[]] if number == len(rounds) else []
        rounds[number].append(fact)
    return rounds


def _edits(source: Source, tree: Design, fact: Fact, vocabulary: Vocabulary) -> tuple[Edit, ...]:
    type_ = vocabulary.entities[fact.field.owner]
    name = None if type_.single else fact.entity
    line = Statement(Name(fact.field.name), items_of(fact.value))
    return set_fact(source, tree, type_.name, name, line, [*type_.fields])


def _refuse_other(proposal: Proposal, after: JudgedTogether) -> None:
    """What is shown is what was promised.

    Raises:
        AssertionError: it is not, which is a bug of ours.
    """
    outcomes = {
        (number, judged.clause.name): judged.outcome
        for number, judgement in enumerate(after.judgements)
        for judged in judgement.clauses
    }
    promised = dict(proposal.outcomes)
    whole = promised.pop(WHOLE, None)
    names = [name for (_, name), _ in outcomes.items() - promised.items()]
    is_prohibited = after.verdict is Verdict.PROHIBITED
    if names or (whole and (whole is Outcome.VIOLATED) is not is_prohibited):
        raise AssertionError(f"a changed design is not judged as it was promised: {names}")


def _outlook(whole: JudgedTogether, found: Repair, options: Options) -> Outlook:
    judgements = whole.judgements
    asked: dict[str, Question] = {}
    for judgement in judgements:
        asked |= {q.fact: q for q in questions(judgement) if q.fact not in asked}
    in_the_way = [one for j in judgements for one in _in_the_way(j, found, options)]
    return Outlook(whole, tuple(in_the_way), tuple(asked.values()))


def _in_the_way(judgement: Judgement, found: Repair, options: Options) -> Iterator[InTheWay]:
    """The violated clauses, each with the facts by which it is violated, whatever is chosen."""
    violated = [judged for judged in judgement.clauses if judged.outcome is Outcome.VIOLATED]
    if not violated:
        return
    deployment = judgement.deployment
    levers = [
        Fact(entity, deployment.entities[entity].type.fields[field], None)
        for entity, field in found.levers
    ]
    unchosen = judge_deployment(judgement.policy, deployment.with_facts(levers), options)
    for judged in violated:
        without = unchosen.clause(judged.clause.name)
        is_so = without.outcome is Outcome.VIOLATED
        names = [n for n in (without if is_so else judged).facts if place_of(n) not in found.levers]
        facts = [judgement.deployment.fact(name) for name in names]
        stated = tuple(fact for fact in facts if fact)
        yield InTheWay(judged.clause.name, judgement.policy.name, stated)
