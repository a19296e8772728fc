"""Policies of one clause, and what can be of it by the solver."""

from __future__ import annotations

from collections.abc import Mapping

from hypothesis import reject

from clausewise.dsl.models.admission import admit
from clausewise.engine.backends.python.compiled import compiled
from clausewise.engine.backends.python.judging import judge
from clausewise.engine.backends.solver.exact import Exact
from clausewise.engine.backends.solver.ground import Ground
from clausewise.engine.backends.solver.judging import exactly
from clausewise.engine.backends.solver.sat import Sat
from clausewise.engine.backends.solver.world import OpenWorld
from clausewise.engine.core.distinctions import Distinctions
from clausewise.engine.judging.judgement import Judgement, NothingToJudgeError
from tests.generated import Pair, pair_of

WORDS = "vocabulary words\nsubject deployment\ntaxonomy k { a b c d }\n"
CODE = """policy code
title       "Code"
vocabulary  words
clause rule { at "1" quotes "rule" says "A rule." %s because "it is so" }
"""


def made(entities: str, clause: str, design: str) -> Pair:
    """A vocabulary with some entities, a policy of one clause, called `rule`, and a design."""
    return pair_of(WORDS + entities, CODE % clause, f'deployment "D"\n{design}\n')


def judged_exactly(pair: Pair) -> Judgement:
    """The exact judgement of a pair, if there is anything to judge."""
    try:
        return exactly(judge(compiled(pair.policy), admit(pair.deployment)))
    except NothingToJudgeError:
        reject()


def exact(pair: Pair) -> tuple[set[bool], str]:
    """Whether `rule` can be violated, and kept, and why that is not known."""
    found = Exact(pair.policy, admit(pair.deployment)).possible("rule")
    return {
        truth for truth, way in ((True, found.true), (False, found.false)) if way
    }, found.why_not


def among(pair: Pair, clause: str, extra: Mapping[str, int]) -> set[bool]:
    """Whether a clause can be violated, and kept, with so many entities that are not listed."""
    world = OpenWorld(Distinctions([pair.policy]), admit(pair.deployment), extra)
    literal = Ground(pair.policy, world).violated(clause)
    sat = Sat(world.circuit)
    return {truth for truth in (True, False) if sat.can_be(literal if truth else -literal)}
