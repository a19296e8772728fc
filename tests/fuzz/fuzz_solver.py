"""What the solver's commands answer, against the judge, on so many generated policies and designs.

    python -m tests.fuzz.fuzz_solver [EXAMPLES] [WHAT]

The laws are those of the tests, which try some tens of examples of each in CI. What is found is printed as an
example that can stand above the test; so is one on which a test takes longer than a minute, and then the next one
is tried.
"""

from __future__ import annotations

import signal
import sys
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from hypothesis import HealthCheck, Phase, given, settings
from hypothesis.errors import UnsatisfiedAssumption

from tests import test_repair
from tests.generated import Pair, pairs
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
MOST_SECONDS = 60
SLOW = "took more than a minute"
ROUND = 1_000
"""So many at a time: what Hypothesis remembers of a round grows with it."""
LAWS: dict[str, tuple[Any, bool]] = {
    "check --exact: what can be": (
        test_completions.test_what_can_be_is_what_some_completion_says,
        False,
    ),
    "check --exact: what can be of two who are not listed": (
        test_completions.test_so_it_is_with_two_who_are_not_listed,
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


class TooSlowError(Exception):
    """A test takes too long on one example."""


@contextmanager
def within(seconds: float) -> Iterator[None]:
    """Within it there is so much time of the processor: on a busy machine all else takes minutes.

    Raises:
        TooSlowError: it was not enough.
    """

    def stop(*_: object) -> None:
        raise TooSlowError

    before = signal.signal(signal.SIGPROF, stop)
    signal.setitimer(signal.ITIMER_PROF, seconds)
    try:
        yield
    finally:
        signal.setitimer(signal.ITIMER_PROF, 0)
        signal.signal(signal.SIGPROF, before)


def tried(laws: dict[str, Any], examples: int, *, known: bool) -> Counter[str]:
    """Try tests on the same examples, other ones than those of CI: to make one takes longer than most tests.

    Returns:
        By what is tried, on how many examples. What a test does not take (`assume`) does not count. On how many
        one took too long stands beside.

    Raises:
        AssertionError: one fails on an example. A note says which.
    """
    counts = Counter(dict.fromkeys(laws, 0))

    def try_all(pair: Pair) -> None:
        for words, test in laws.items():
            try:
                with within(MOST_SECONDS):
                    test.hypothesis.inner_test(pair)
            except UnsatisfiedAssumption:
                continue
            except TooSlowError:
                print(f"{words}: {SLOW}: {pair}", flush=True)
                counts[f"{words}: {SLOW}"] += 1
                continue
            except Exception as error:
                error.add_note(words)
                raise
            counts[words] += 1

    more = settings(
        max_examples=examples,
        derandomize=False,  # as CI has it, each round would try the same examples again
        database=None,
        deadline=None,
        phases=[Phase.generate, Phase.shrink],
        suppress_health_check=[*HealthCheck],
    )
    more(given(pairs(known=known))(try_all))()
    return counts


def main() -> None:
    """Try all laws, or those about something, round by round, and say how many examples each took."""
    examples = int(sys.argv[1]) if len(sys.argv) > 1 else EXAMPLES
    only = sys.argv[2] if len(sys.argv) > 2 else ""
    counts: Counter[str] = Counter()
    for start in range(0, examples, ROUND):
        for is_known in (False, True):
            laws = {w: test for w, (test, known) in LAWS.items() if known is is_known and only in w}
            if laws:
                counts += tried(laws, min(ROUND, examples - start), known=is_known)
        for words, count in counts.items():
            found = "" if words.endswith(SLOW) else ", nothing found"
            print(f"{words}: {count:,} examples{found}", flush=True)


if __name__ == "__main__":
    main()
