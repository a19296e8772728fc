"""Which policies could apply to a design, whichever it names: `clausewise packs DESIGN`."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from clausewise.checking.check import Options, judge_deployment
from clausewise.dsl.startup.lean import replace
from clausewise.dsl.syntax import Name
from clausewise.dsl.text.diagnostic import InvalidError
from clausewise.dsl.text.source import Source
from clausewise.engine.judging.judgement import Judgement
from clausewise.intake.designs import read_design
from clausewise.intake.judges import each_policy


def judged_by_each(
    source: Source, names: Sequence[str], options: Options
) -> Iterator[tuple[str, Judgement | InvalidError]]:
    """What each of some policies makes of a design, in their order, or why it makes nothing of it.

    They judge together: what is stated for one is no mistake for another, and each reads the laws among them.

    Raises:
        InvalidError: nothing of the design can be read.
    """
    written = replace(read_design(source), instead=tuple([Name(name) for name in names]))
    for name, policy in zip(names, each_policy(written, None, options.access), strict=True):
        if isinstance(policy, InvalidError):
            yield name, policy
            continue
        try:
            stated = written.deployment(policy.vocabulary, as_of=options.as_of)
            yield name, judge_deployment(policy, stated, options)
        except InvalidError as error:
            yield name, error
