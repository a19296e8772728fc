"""Verdicts as commands of a build log, so that a pull request shows each problem at its line.

The problems are those of the SARIF report, the worst first; after them one plain line for each design.
Sources: GitHub Docs, "Workflow commands for GitHub Actions"; Azure Pipelines documentation, "Logging commands".
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import Any
from urllib.parse import unquote

from clausewise.checking.check import Checked
from clausewise.dsl.startup.lean import lean_dataclass
from clausewise.formats.escaping import azure_command, github_command, log_line, on_one_line
from clausewise.formats.report.sarif import Showing, problems_of
from clausewise.intake.walk import LeftOut


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
    results: Iterable[Checked], left_out: Iterable[LeftOut] = (), showing: Showing | None = None
) -> str:
    """Annotations of GitHub Actions."""
    return _render(results, left_out, showing or Showing(), _for_github)


def render_azure(
    results: Iterable[Checked], left_out: Iterable[LeftOut] = (), showing: Showing | None = None
) -> str:
    """Issues of Azure Pipelines."""
    return _render(results, left_out, showing or Showing(), _for_azure)


def _render(
    results: Iterable[Checked],
    left_out: Iterable[LeftOut],
    showing: Showing,
    written: Callable[[Annotation], str],
) -> str:
    found = list(results)
    lines = [written(_annotation(problem)) for problem in problems_of(found, showing)]
    lines += [_plain(f"{one.path}: {one.verdict or 'not judged'}") for one in found]
    lines += [_plain(f"left out: {one.path} ({one.why})") for one in left_out]
    return "\n".join([*lines, ""])


def _plain(text: str) -> str:
    return log_line(on_one_line(text))


def _annotation(problem: dict[str, Any]) -> Annotation:
    place = problem["locations"][0]["physicalLocation"]
    region = place["region"]
    return Annotation(
        problem["level"],
        unquote(place["artifactLocation"]["uri"]),
        region["startLine"],
        region["startColumn"],
        problem["ruleId"],
        problem["message"]["text"],
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
