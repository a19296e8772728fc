"""The public names of Clausewise, under one roof. `import clausewise` gives them too."""

from __future__ import annotations

from pathlib import Path

from clausewise.checking.check import check_each, check_file
from clausewise.checking.options import Options
from clausewise.checking.report import Checked, Report
from clausewise.dsl.text.diagnostic import Diagnostic, InvalidError
from clausewise.engine.advice.advise import Advice
from clausewise.engine.core.outcomes import Outcome, Verdict
from clausewise.intake.access import Access
from clausewise.intake.designs import source_of
from clausewise.intake.load import load_policy

__all__ = [
    "Access",
    "Advice",
    "Checked",
    "Diagnostic",
    "InvalidError",
    "Options",
    "Outcome",
    "Report",
    "Verdict",
    "check",
    "check_text",
    "load_policy",
]


def check(path: str | Path, options: Options | None = None) -> Checked:
    """Judge the design in a file.

    Raises:
        InvalidError: it could not be judged; `diagnostics` says why.
    """
    result = check_file(Path(path), options)
    if not result.reports:
        raise InvalidError(result.diagnostics)
    return result


def check_text(
    text: str, options: Options | None = None, *, path: str = "<text>.design"
) -> Checked:
    """Judge a design given as text; as JSON if `path` ends in `.json`.

    Raises:
        InvalidError: it could not be judged; `diagnostics` says why.
    """
    return check_each(source_of(path, text), options or Options())
