"""A version as it is stated: what the verdict would be if all evidence that claims want were there.

It decides nothing. It tells a reviewer what evidence alone would settle, and what it would not.
"""

from __future__ import annotations

from clausewise.checking.report import Report
from clausewise.desk.judging.changes import ChangedClause
from clausewise.desk.judging.verdicts import JudgedVersion, report_on, title_of
from clausewise.dsl.startup.lean import lean_dataclass


@lean_dataclass(frozen=True, slots=True)
class StatedVersion:
    """What the policy makes of a version if every claim counts, and the clauses that come to something else then.

    Attributes:
        clauses: each with its outcome when claims count with their evidence alone, and with that as stated.
    """

    report: Report
    clauses: tuple[ChangedClause, ...]


def as_stated(judged: JudgedVersion) -> StatedVersion:
    """Judge a version again as it is stated, with the judgements that stand in it."""
    held, as_of = judged.report, judged.report.deployment.as_of
    assert as_of is not None  # the desk judges nothing without a day
    found = report_on(
        judged.draft, held.policy.full_name, as_of, judged.examine, evidence_required=False
    )
    before = {one.clause.name: one.outcome for one in held.clauses}
    differ = (
        ChangedClause(title_of(one.clause), before[one.clause.name], one.outcome)
        for one in found.clauses
        if before[one.clause.name] is not one.outcome
    )
    return StatedVersion(found, tuple(differ))
