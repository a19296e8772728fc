"""The smallest change of choices that makes a design better, worked out when somebody asks for it."""

from __future__ import annotations

from importlib.util import find_spec

from clausewise.checking.solver import need_solver
from clausewise.dsl.startup.lean import lean_dataclass
from clausewise.dsl.text.diagnostic import InvalidError
from clausewise.dsl.text.source import Span
from clausewise.editor.analysis import Analysis
from clausewise.editor.texts import TextEdit


@lean_dataclass(frozen=True, slots=True)
class OfferedChange:
    """A change of a design, or without one, why there is none."""

    edits: tuple[TextEdit, ...]
    words: str


def can_mend() -> bool:
    """Whether the solver is installed."""
    return find_spec("pysat") is not None


def mended(analysis: Analysis) -> OfferedChange:
    """The first proposal of `clausewise fix` for a design in text."""
    source = analysis.source
    try:
        need_solver()
        from clausewise.checking.fix import fix_source

        found = fix_source(source, analysis.options, (), 1)
    except InvalidError as error:
        return OfferedChange((), error.diagnostics[0].message)
    text = found.fixes[0].text if found.fixes else None
    if text is None:
        why = "" if found.settled else ": the solver gave it up"
        return OfferedChange((), f"no change of choices makes this design better{why}")
    changed = ", ".join(change.fact.name for change in found.fixes[0].changes)
    before, after = found.now.verdict, found.best.verdict
    how = f"it stays {after}" if before is after else f"{after} instead of {before}"
    how += "" if found.settled else "; the search was ended, so a smaller change may do"
    return OfferedChange(
        (_edit(source.text, text),), f"changed {changed}: {how}. Keep it only if the system is so"
    )


def _edit(before: str, after: str) -> TextEdit:
    """The change from one text to another: what stands between their common beginning and their common end."""
    start = _alike(before, after)
    end = _alike(before[start:][::-1], after[start:][::-1])
    return TextEdit(Span(start, len(before) - end), after[start : len(after) - end])


def _alike(one: str, other: str) -> int:
    """How many characters two texts have in common at their beginning."""
    pairs = enumerate(zip(one, other, strict=False))
    return next((at for at, (a, b) in pairs if a != b), min(len(one), len(other)))
