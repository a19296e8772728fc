"""Waivers in an editor: what of a design is waived, and an entry that would waive a finding."""

from __future__ import annotations

import os
from datetime import date
from pathlib import Path

from clausewise.accepting.accept import accept, acceptable, notes_of
from clausewise.accepting.problems import problems_of
from clausewise.accepting.waivers import entity_written
from clausewise.checking.options import Options
from clausewise.checking.report import Checked, Report
from clausewise.dsl.text.diagnostic import Diagnostic, InvalidError
from clausewise.dsl.text.source import Source, Span
from clausewise.editor.texts import TextEdit
from clausewise.engine.judging.judgement import Finding
from clausewise.formats.escaping import toml_text
from clausewise.intake.texts import read

EXPIRED = "W705"
OPEN = '""'
"""What is left for a person to say."""
HOW = (
    'No waiver can be added: no file of waivers is configured here. Write `waivers = "waivers.toml"` into the'
    " clausewise.toml of a folder that is trusted, and make that file; docs/ci.md says what it holds."
)


def accepted(checked: Checked, options: Options) -> tuple[Checked, tuple[Diagnostic, ...]]:
    """What was judged, with what does not count beside it, and waivers of it that have expired.

    Where the waivers or the baseline cannot be used, all counts, and the mistakes in them are told.
    """
    if not (options.waivers or options.baseline):
        return checked, ()
    try:
        by = acceptable(options)
    except InvalidError as error:
        return checked, error.diagnostics
    (found,) = accept([checked], by)
    return found, tuple([note for note in notes_of([found], by) if note.code == EXPIRED])


def waivable(finding: Finding, report: Report) -> str:
    """What an entry for a finding would waive, in words; empty if it is waived, or only follows from others.

    Of a clause that follows from others, a part of its own can be open beside that, which counts by itself.
    """
    place = (finding.clause.name, tuple(finding.bindings.values()))
    own = {one.outcome for one in problems_of(report) if one.place == place}
    if not own or report.acceptance(finding) is not None:
        return ""
    title = finding.clause.title
    return title if finding.outcome in own else f"what is open of {title}"


def waivers_file(options: Options) -> Source | None:
    """The file of waivers that the configuration names, if there is one and it can be read."""
    if options.waivers is None:
        return None
    try:
        return read(options.waivers)
    except InvalidError:
        return None


def entry(finding: Finding, design: Path, waivers: Source, today: date) -> TextEdit:
    """An entry at the end of a file of waivers, that holds for today.

    Why, and who accepts it, is left for a person to say. Until then the file has mistakes, and waives nothing.
    """
    folder = Path(waivers.path).absolute().parent
    lines = [
        "[[waiver]]",
        f"design   = {toml_text(Path(os.path.relpath(design, folder)).as_posix())}",
        f"clause   = {toml_text(finding.clause.name)}",
        f"entity   = {entity_written(finding.bindings.values())}",
        f"reason   = {OPEN}",
        f"approver = {OPEN}",
        f"expires  = {today.isoformat()}",
    ]
    text = waivers.text
    gap = "" if not text.strip() else "\n" if text.endswith("\n") else "\n\n"
    return TextEdit(Span(len(text), len(text)), gap + "\n".join(lines) + "\n")
