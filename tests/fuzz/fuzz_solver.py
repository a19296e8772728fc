"""What the solver's commands answer, against the judge, on so many generated policies and designs each.

    python -m tests.fuzz.fuzz_solver [EXAMPLES]

The laws are those of the tests, which try some tens of examples of each in CI. What is found is printed as an
example that can stand above the test.
"""

from __future__ import annotations

import sys
from collections.abc import Callable
from typing import Any

from hypothesis import HealthCheck, Phase, given, settings

from tests.generated import pairs
from tests.solver import test_answers, test_asking, test_completions, test_directions

EXAMPLES = 100_000
LAWS: dict[str, tuple[Any, bool]] = {
    "check --exact: what can be": (
        test_completions.test_what_can_be_is_what_some_completion_says,
        False,
    ),
    "explain --both: each way": (
        test_completions.test_each_way_is_shown_by_a_deployment_that_the_judge_confirms,
        False,
    ),
    "ask --exact: answers that settle": (
        test_answers.test_all_that_settle_are_found_and_no_others,
        False,
    ),
    "ask --exact: what matters": (
        test_asking.test_a_fact_matters_if_two_completions_that_differ_in_it_alone_say_so,
        False,
    ),
    "ask --exact: what cannot matter": (
        test_asking.test_what_cannot_matter_does_not_among_more_entities,
        False,
    ),
    "ask --exact: the fewest answers": (
        test_asking.test_the_fewest_answers_prohibit_and_none_can_be_left_out,
        False,
    ),
    "prove --directions": (test_directions.test_no_change_goes_another_way, True),
}
"""By what is tried, the test, and whether its designs are complete."""


def tried(test: Any, examples: int, *, known: bool) -> None:
    """Try a test on other examples than those of CI.

    Raises:
        AssertionError: it fails on one.
    """
    inner: Callable[..., None] = test.hypothesis.inner_test
    phases = [Phase.generate, Phase.shrink]
    more = settings(
        max_examples=examples,
        database=None,
        deadline=None,
        phases=phases,
        suppress_health_check=[*HealthCheck],
    )
    more(given(pairs(known=known))(inner))()


def main() -> None:
    """Try each law, and say how many examples it was tried on."""
    examples = int(sys.argv[1]) if len(sys.argv) > 1 else EXAMPLES
    for words, (test, known) in LAWS.items():
        tried(test, examples, known=known)
        print(f"{words}: {examples:,} examples, nothing found", flush=True)


if __name__ == "__main__":
    main()
