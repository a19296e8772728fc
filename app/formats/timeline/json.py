"""How a verdict changes with the law, as JSON: `clausewise/timeline/1` (docs/packs.md)."""

from __future__ import annotations

from typing import Any, Final

from clausewise.checking.timeline import Period, Timeline, is_in_force
from clausewise.formats.escaping import as_json
from clausewise.formats.report.sentences import arguments_of

SCHEMA: Final = "clausewise/timeline/1"


def render(found: Timeline) -> str:
    """The timeline, as JSON."""
    return as_json(_document(found), indent=2) + "\n"


def _document(found: Timeline) -> dict[str, Any]:
    source = found.source
    before = [None, *found.periods[:-1]]
    return {
        "schema": SCHEMA,
        "design": {"path": source.path, "title": found.title, "sha256": source.sha256},
        "as_of": _day(found.as_of),
        "exact": all(judgement.exact for judgement in found.periods[0].judgements),
        "policies": [
            {"name": p.name, "version": p.version, "sha256": p.source.sha256}
            for p in found.policies
        ],
        "periods": [_period(now, was) for was, now in zip(before, found.periods, strict=True)],
    }


def _period(period: Period, before: Period | None) -> dict[str, Any]:
    changes = period.changes_from(before) if before else ()
    return {
        "from": _day(period.start),
        "to": _day(period.end),
        "by": period.begun_by,
        "verdict": period.verdict.value,
        "arguments": arguments_of(period.whole),
        "policies": [
            {"policy": j.policy.name, "verdict": j.verdict.value, "in_force": is_in_force(j)}
            for j in period.judgements
        ],
        "changes": [
            {
                "policy": change.judgement.policy.name,
                "clause": change.clause,
                "from": change.before.value,
                "to": change.after.value,
            }
            for change in changes
        ],
    }


def _day(day: object) -> str | None:
    return str(day) if day else None
