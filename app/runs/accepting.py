"""What counts in a run of `check`: waivers and baseline of the configuration, and what the command asks for."""

from __future__ import annotations

import sys
from collections.abc import Sequence
from pathlib import Path

from clausewise.accepting.accept import Acceptable, accept, acceptable, baseline_of, notes_of
from clausewise.checking.options import Options
from clausewise.checking.report import Checked
from clausewise.dsl.startup.lean import replace
from clausewise.dsl.text.diagnostic import Diagnostic
from clausewise.dsl.text.source import Source
from clausewise.formats.baseline import render
from clausewise.runs.output import say, write


def what_counts(
    results: Sequence[Checked], options: Options, diff: str | None, write_baseline: Path | None
) -> tuple[list[Checked], list[Diagnostic]]:
    """The same results with what does not count, and what is to be said of waivers and baseline.

    Args:
        diff: a revision of git; what was so then does not count.
        write_baseline: the file to which what counts is written, so that it does not count.

    Raises:
        InvalidError: the waivers, the baseline or the revision cannot be used.
    """
    if write_baseline:
        options = replace(options, baseline=None)
    by = acceptable(options)
    if diff is not None:
        from clausewise.accepting.changes import before_change

        by = replace(by, before=before_change(results, diff, options))
    accepted = accept(results, by)
    if write_baseline:
        accepted = _written(accepted, write_baseline, by)
    return accepted, notes_of(accepted, by)


def _written(accepted: Sequence[Checked], path: Path, by: Acceptable) -> list[Checked]:
    """Write a baseline, and accept by it. Of what was just written nothing is gone."""
    known = baseline_of(accepted, by.home)
    write(render(known), path)
    count = sum(map(len, known.entries.values()))
    designs = len({key[0] for key in known.entries})
    told = f"{count:,} problem{'' if count == 1 else 's'} in {designs:,} design{'' if designs == 1 else 's'}"
    say(f"wrote a baseline of {told}: {path}", stream=sys.stderr)
    return accept(accepted, replace(by, baseline=(Source(str(path), ""), known)))
