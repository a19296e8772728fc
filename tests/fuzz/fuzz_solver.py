"""What the solver's commands answer, against the judge, on so many generated policies and designs each.

    python -m tests.fuzz.fuzz_solver [EXAMPLES] [WHAT]

The laws are those of the tests, which try some tens of examples of each in CI. What is found is printed as an
example that can stand above the test.
"""

from __future__ import annotations

import sys
from collections.abc import Callable
from typing import Any

from hypothesis import HealthCheck, Phase, given, settings

from tests import test_repair
from tests.generated import pairs
from tests.solver import (
    test_against_completions,
    test_answers,
    test_asking,
    test_completions,
    test_directions,
    test_shown,
    test_verdict,
)

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
    "explain --both: read again": (
        test_shown.test_a_completion_is_judged_alike_when_it_is_read_again,
        False,
    ),
    "check --exact: the verdict": (
        test_verdict.test_the_verdict_is_what_all_completions_say,
        False,
    ),
    "check --exact: several policies": (
        test_verdict.test_what_policies_settle_together_is_what_all_completions_say,
        False,
    ),
    "prove: always and never": (
        test_against_completions.test_no_completion_refutes_what_is_proved_and_each_of_a_refutation_does,
        False,
    ),
    "prove: possible": (
        test_against_completions.test_what_some_completion_shows_is_possible,
        False,
    ),
    "diff": (
        test_against_completions.test_how_two_clauses_differ_is_what_completions_say,
        False,
    ),
    "mutate": (
        test_against_completions.test_what_tells_two_policies_apart_is_what_completions_say,
        False,
    ),
    "fix: nothing is worse": (
        test_repair.test_no_proposal_leaves_a_clause_worse_and_each_helps,
        False,
    ),
    "fix: nothing is worse of complete designs": (
        test_repair.test_no_proposal_leaves_a_clause_worse_and_each_helps,
        True,
    ),
    "fix: only choices": (
        test_repair.test_only_choices_change_that_do_not_say_what_a_thing_is,
        True,
    ),
    "fix: what is stated": (
        test_repair.test_a_stated_choice_changes_only_for_a_violated_clause,
        False,
    ),
    "fix: no part is enough": (test_repair.test_no_part_of_a_proposal_does_the_same, True),
    "fix: what one change can do": (test_repair.test_what_one_change_can_do_is_proposed, True),
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
    """Try each law, or those about something, and say how many examples each was tried on."""
    examples = int(sys.argv[1]) if len(sys.argv) > 1 else EXAMPLES
    only = sys.argv[2] if len(sys.argv) > 2 else ""
    for words, (test, known) in LAWS.items():
        if only not in words:
            continue
        tried(test, examples, known=known)
        print(f"{words}: {examples:,} examples, nothing found", flush=True)


if __name__ == "__main__":
    main()
