"""Where `check` writes what: one judgement, in several formats.

`--output FILE` takes what `--format` says instead of the terminal; each `--output FORMAT=FILE` is one more, and
`-` as its file is the terminal. For example, `--format text --output sarif=verdict.sarif --output github=-`.
"""

from __future__ import annotations

import os
import re
import sys
from collections.abc import Sequence
from pathlib import Path

from clausewise.dsl.startup.lean import lean_dataclass
from clausewise.dsl.startup.typed import TYPE_CHECKING
from clausewise.runs.output import fail, say
from clausewise.runs.renderers import REPORTS

if TYPE_CHECKING:
    from clausewise.runs.renderers import ReportRenderer, Run

TERMINAL = "-"
STEP_SUMMARY = "GITHUB_STEP_SUMMARY"
"""The variable by which GitHub Actions names the file of a step's summary."""


@lean_dataclass(frozen=True, slots=True)
class OutputTarget:
    """What is written where.

    Attributes:
        format: a key of `REPORTS`.
        path: the file; `None` is the terminal.
        is_step_summary: whether it is added to the end of a file that others write to as well.
    """

    format: str
    path: Path | None = None
    is_step_summary: bool = False

    def write(self, renderer: ReportRenderer, run: Run) -> None:
        """Write what came of a run."""
        if self.is_step_summary:
            _add_to_summary(self.path, run)
        else:
            renderer.write(run, self.path)


def targets_of(format_: str, outputs: Sequence[str]) -> list[OutputTarget]:
    """What `--format` and each `--output` say. Exits if they do not fit together."""
    first = OutputTarget(format_)
    more = []
    for output in outputs:
        name, sign, place = output.partition("=")
        if not (sign and re.fullmatch("[a-z]+", name)):
            if first.path:
                fail("two files are given for one format", "write `--output FORMAT=FILE`")
            first = OutputTarget(format_, Path(output))
        elif name not in REPORTS or not place:
            from clausewise.dsl.text.names import hint_for

            hint = f"{hint_for(name, REPORTS, 'formats')} (a file of that name is `./{output}`)"
            fail(f"`--output {output}` names no format, or no file", hint)
        else:
            more.append(OutputTarget(name, None if place == TERMINAL else Path(place)))
    targets = [first, *more]
    files = [os.path.realpath(target.path) for target in targets if target.path]
    if len(files) > len(set(files)):
        fail("two formats would be written to one file", "give each a file of its own")
    summary = os.environ.get(STEP_SUMMARY)
    if summary and any(target.format == "github" for target in targets):
        targets.append(OutputTarget("summary", Path(summary), is_step_summary=True))
    return targets


def _add_to_summary(path: Path | None, run: Run) -> None:
    """Add what came of a run to the summary of a step, as much as there is room for."""
    from clausewise.dsl.files.writing import append
    from clausewise.formats.report.summary import MOST_BYTES, render

    assert path is not None
    try:
        taken = os.path.getsize(path) if os.path.exists(path) else 0
        text = render(run.results, run.left_out, run.notes, MOST_BYTES - taken)
        append(path, text.encode("utf-8", "backslashreplace"))
    except OSError as error:
        say(f"warning: there is no summary of this step: {error.strerror}", stream=sys.stderr)
