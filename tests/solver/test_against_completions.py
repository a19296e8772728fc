"""What `prove` and `diff` answer of generated policies, against complete designs, one by one."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from itertools import pairwise

from hypothesis import HealthCheck, assume, example, given, settings

from clausewise.dsl.models.deployment import Deployment
from clausewise.dsl.startup.lean import replace
from clausewise.dsl.text.source import Span
from clausewise.engine.backends.solver.proving.alike import ToldApart, told_apart
from clausewise.engine.backends.solver.proving.difference import Comparison, Witness
from clausewise.engine.backends.solver.proving.prove import LawProof, Prover
from clausewise.engine.backends.solver.reading_again import read_again
from clausewise.engine.core.conditions import And, Condition, Not, Violated
from clausewise.engine.core.laws import Always, Law, Laws, Possible
from clausewise.engine.core.policy import Policy
from tests.generated import Pair, pair_of, pairs
from tests.reference.completions import completions
from tests.reference.judge import Judge
from tests.solver.made import CODE, WORDS

MOST_COMPLETIONS = 300
FEW = settings(max_examples=5, suppress_health_check=[HealthCheck.filter_too_much])
"""`make fuzz-solver` goes on."""
Violations = Mapping[str, bool]
"""By clause, whether a complete design violates it."""


def violations(pair: Pair, design: Deployment) -> list[Violations]:
    """What each completion of a design violates, by the reference judge."""
    worlds = completions(design, [pair.tree, *pair.others.values()])
    assume(len(worlds) <= MOST_COMPLETIONS)
    judges = [Judge(pair.tree, pair.others, world).outcomes() for world in worlds]
    return [{n: outcome == "violated" for n, outcome in found.items()} for found in judges]


def claims(policy: Policy) -> Iterator[tuple[Law, str, str]]:
    """Laws that one clause implies another, or that none is violated, with the names of both."""
    for one in policy.clauses:
        for other in [*policy.clauses, ""]:
            holds: Condition = Violated(other) if other else Not(Violated(one))
            when = Violated(one) if other else None
            readings = {name: (r.default,) for name, r in policy.readings.items()}
            if one != other:
                yield Law("l", "", readings, Always(when, holds), Span(0, 0)), one, other


def refutes(found: Violations, one: str, other: str) -> bool:
    return found[one] and not (other and found[other])


def is_proved(proof: LawProof) -> bool:
    return proof.holds is True and proof.size is None


@FEW
@given(pairs())
def test_no_completion_refutes_what_is_proved_and_each_of_a_refutation_does(pair: Pair) -> None:
    worlds = violations(pair, pair.deployment)
    laws = {f"l{n}": each for n, each in enumerate(claims(pair.policy))}
    prover = Prover(laws_of(pair, {name: law for name, (law, _, _) in laws.items()}))
    for law, one, other in laws.values():
        proof = prover.prove(law)
        if is_proved(proof):
            assert not any(refutes(world, one, other) for world in worlds)
        if proof.holds is False:
            shown = violations(pair, read_again(proof.designs[""], "p"))
            assert shown
            assert all(refutes(world, one, other) for world in shown)


def laws_of(pair: Pair, laws: Mapping[str, Law]) -> Laws:
    return Laws("laws", "", pair.policy, laws, pair.policy.source)


@FEW
@given(pairs())
def test_what_some_completion_shows_is_possible(pair: Pair) -> None:
    worlds = violations(pair, pair.deployment)
    for name in pair.policy.clauses:
        others = [Not(Violated(other)) for other in pair.policy.clauses if other != name]
        ways = (("alone", And((Violated(name), *others))),)
        readings = {n: (r.default,) for n, r in pair.policy.readings.items()}
        law = Law("l", "", readings, Possible(ways), Span(0, 0))
        proof = Prover(laws_of(pair, {"l": law})).prove(law)
        if any(world[name] and sum(world.values()) == 1 for world in worlds):
            assert proof.holds is not False


@FEW
@given(pairs())
def test_how_two_clauses_differ_is_what_completions_say(pair: Pair) -> None:
    worlds = violations(pair, pair.deployment)
    comparison = Comparison(pair.policy, pair.policy)
    names = list(pair.policy.clauses)
    for one, other in pairwise(names):
        found = comparison.pair(one, other)
        for old, new, witness in ((one, other, found.stricter), (other, one, found.laxer)):
            if witness:
                confirm(pair, witness, old, new)
            elif not found.why:
                assert not any(world[new] and not world[old] for world in worlds)


def confirm(pair: Pair, witness: Witness, kept: str, broken: str) -> None:
    shown = violations(pair, read_again(witness.design, "p"))
    assert shown
    assert all(world[broken] and not world[kept] for world in shown)


CLAUSE = 'clause %s { at "1" quotes "q" says "s" prohibits door d where %s because "b" }\n'
FIRST, READ = CLAUSE % ("first", "d.open is yes"), CLAUSE % ("read", "d.open is no")
LAST_READS = pair_of(
    WORDS + 'entity door "a door" { open  yes-no  choice  ask "Open?" }\n',
    CODE.partition("clause rule")[0] + FIRST + READ + CLAUSE % ("last", "clause read is violated"),
    'deployment "D"\ndoor one { }\n',
)
"""What is put in the place of the first clause reads another, which must be judged before it."""


@FEW
@given(pairs())
@example(LAST_READS)
def test_what_tells_two_policies_apart_is_what_completions_say(pair: Pair) -> None:
    names = list(pair.policy.clauses)
    assume(len(names) > 1)
    one, other = names[0], names[-1]
    clauses = {**pair.policy.clauses, one: replace(pair.policy.clauses[other], name=one)}
    order = (*[name for name in pair.policy.order if name != one], one)
    changed = replace(pair.policy, clauses=clauses, order=order)
    assume(not pair.policy.readers.get(("clause", one)))
    found = told_apart(pair.policy, changed, [one])
    worlds = violations(pair, pair.deployment)
    if found is None:
        assert all(world[one] == world[other] for world in worlds)
    elif isinstance(found, ToldApart) and "violated" in (found.before, found.after):
        default = {n: r.default for n, r in pair.policy.readings.items()}
        if {**found.readings} == default:
            shown = violations(pair, read_again(found.design, "p"))
            was, now = (each == "violated" for each in (found.before, found.after))
            assert all((world[one], world[other]) == (was, now) for world in shown)
