"""How much it may take to judge a design: more is refused, for designs come from strangers (E405)."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sized

from clausewise.dsl.startup.typed import TypeVar
from clausewise.dsl.text.diagnostic import Diagnostic, InvalidError
from clausewise.dsl.text.source import Source
from clausewise.engine.backends.python.compiled import CompiledPolicy
from clausewise.engine.backends.python.records import World, fields_in, unknown_in
from clausewise.engine.backends.python.steps.budget import clause_beyond

T = TypeVar("T", bound=Sized)

MOST_STEPS = 500_000
"""How many steps the judgement of a design may take, unless the configuration says otherwise."""
MISSING = 2
"""So many facts that a clause lacks take as long as a step: each may be asked for."""


def refuse_many(
    code: CompiledPolicy,
    world: World,
    most: int,
    source: Source | None,
    *,
    recorded: bool = False,
) -> None:
    """Refuse a design that takes too many steps to judge (the arguments are those of `clause_beyond`).

    Raises:
        InvalidError: it is one.
    """
    if clause := clause_beyond(code, world, most, recorded=recorded):
        raise InvalidError([_beyond(clause, most, source)])


def missing_within(
    code: CompiledPolicy,
    clauses: Iterable[str],
    missing_of: Callable[[str], T],
    most: int,
    source: Source | None,
) -> dict[str, T]:
    """What clauses lack that are open, by their names.

    Args:
        missing_of: what one lacks.
        most: so many steps it may take, of which each is two facts that a clause lacks.

    Raises:
        InvalidError: it is more.
    """
    # those last that also lack what others do
    others = code.policy.reading_others
    found: dict[str, T] = {}
    left = most * MISSING
    for clause in sorted(clauses, key=others.__contains__):
        found[clause] = missing_of(clause)
        left -= len(found[clause])
        if left < 0:
            raise InvalidError([_beyond(clause, most, source)])
    return found


def may_lack_many(code: CompiledPolicy, world: World, most: int) -> bool:
    """Whether a design states so little of so much that `missing_within` may refuse it."""
    clauses, bound = len(code.policy.clauses), most * MISSING
    counts = (count(world, code.layouts) for count in (fields_in, unknown_in))  # the quicker first
    return all(count * clauses > bound for count in counts)


def _beyond(clause: str, most: int, source: Source | None) -> Diagnostic:
    message = f"to judge this takes more than {most:,} steps; the bound is passed at `{clause}`"
    hint = "judge it in parts, or raise the bound: `--max-steps`, or `max-steps` in clausewise.toml"
    return Diagnostic("E405", message, source, None, hint)
