"""Verdicts as commands of a build log, so that a pull request shows each problem at its line.

The problems are those of the SARIF report, the worst first; after them one plain line for each design.
Sources: GitHub Docs, "Workflow commands for GitHub Actions"; Azure Pipelines documentation, "Logging commands".
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import Any
from urllib.parse import unquote

from clausewise.checking.report import Checked
from clausewise.dsl.startup.lean import lean_dataclass
from clausewise.dsl.text.diagnostic import Diagnostic
from clausewise.formats.escaping import azure_command, github_command, log_line, on_one_line
from clausewise.formats.report.heading import read_by_each
from clausewise.formats.report.sarif import Showing, problems_of
from clausewise.intake.walk import LeftOut

LEVELS = ("error", "warning", "note")


@lean_dataclass(frozen=True, slots=True)
class Annotation:
    """A problem at a place of a file.

    `level` is `error`, `warning` or `note`; lines and columns count from 1.
    """

    level: str
    path: str
    line: int
    column: int
    title: str
    message: str


def render_github(
    results: Iterable[Checked],
    left_out: Iterable[LeftOut] = (),
    showing: Showing | None = None,
    said: Iterable[Diagnostic] = (),
) -> str:
    """Annotations of GitHub Actions."""
    return _render(results, left_out, showing or Showing(), said, _for_github)


def render_azure(
    results: Iterable[Checked],
    left_out: Iterable[LeftOut] = (),
    showing: Showing | None = None,
    said: Iterable[Diagnostic] = (),
) -> str:
    """Issues of Azure Pipelines."""
    return _render(results, left_out, showing or Showing(), said, _for_azure)


def _render(
    results: Iterable[Checked],
    left_out: Iterable[LeftOut],
    showing: Showing,
    said: Iterable[Diagnostic],
    written: Callable[[Annotation], str],
) -> str:
    found = list(results)
    problems = map(_annotation, problems_of(found, showing, said))
    lines = [written(one) for one in sorted(problems, key=lambda one: LEVELS.index(one.level))]
    lines += [_plain(f"{one.path}: {_verdict(one)}") for one in found]
    lines += [_plain(f"left out: {one.path} ({one.why})") for one in left_out]
    return "\n".join([*lines, ""])


def _verdict(result: Checked) -> str:
    """The verdict by its name for programs, how many problems do not count, and by which readings it is."""
    if result.verdict is None:
        return "not judged"
    told = result.verdict.value + result.verdict_told.removeprefix(result.verdict_shown)
    how = read_by_each([report.judgement for report in result.reports])
    return f"{told}, {how}" if how else told


def _plain(text: str) -> str:
    return log_line(on_one_line(text))


def _annotation(problem: dict[str, Any]) -> Annotation:
    place = problem["locations"][0]["physicalLocation"]
    region = place["region"]
    accepted = [one["justification"] for one in problem.get("suppressions", ())]
    accepted += ["known before"] if "baselineState" in problem else []
    return Annotation(
        "note" if accepted else problem["level"],
        unquote(
            place["artifactLocation"]["uri"].removeprefix("file://")
        ),  # in full if it lies elsewhere
        region["startLine"],
        region["startColumn"],
        problem["ruleId"],
        "; ".join([*accepted, problem["message"]["text"]]),
    )


def _for_github(one: Annotation) -> str:
    level = "notice" if one.level == "note" else one.level
    place = {"file": one.path, "line": str(one.line), "col": str(one.column), "title": one.title}
    return github_command(level, place, one.message)


def _for_azure(one: Annotation) -> str:
    level = "error" if one.level == "error" else "warning"  # it has no third
    place = {
        "type": level,
        "sourcepath": one.path,
        "linenumber": str(one.line),
        "columnnumber": str(one.column),
        "code": one.title,
    }
    return azure_command("task.logissue", place, one.message)
