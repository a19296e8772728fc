"""What an application comes to today: its draft, and its versions judged with all that people have said."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date

from django.utils import timezone

from clausewise.desk.interview.drafts import Draft, draft_of
from clausewise.desk.judging.changes import VersionChanges, changes, reconsidered
from clausewise.desk.judging.verdicts import (
    JudgedVersion,
    ViolatedClause,
    judge,
    judge_decided,
    violated_as_stated,
)
from clausewise.desk.records.models import Decision, DeskApplication, Version
from clausewise.intake.evidence import Proof


def today() -> date:
    """The day as of which all is judged."""
    return timezone.localdate()


def draft_for(application: DeskApplication) -> Draft:
    """What there is to know of an application's text."""
    text, policy = application.text, application.policy
    return draft_of(text, policy, today(), application.file, is_kept=True)


def proofs_of(application: DeskApplication, day: date) -> Mapping[str, Proof]:
    """What is known of each file of an application on a day, by its name in the design."""
    return {
        one.name: Proof(one.name, one.sha256, one.doubt(day)) for one in application.evidence.all()
    }


def judged_on(version: Version, day: date) -> JudgedVersion:
    """What the policy makes of a version on a day, with the judgements that stand."""
    application = version.application
    return judge(
        version.text,
        application.policy,
        day,
        version.opinions(),
        application.file,
        proofs_of(application, day),
    )


def judged_now(version: Version) -> JudgedVersion:
    """The same today."""
    return judged_on(version, today())


def judged_then(decision: Decision) -> JudgedVersion:
    """What the policy made of a version when it was decided, with the judgements that stood then."""
    application, day = decision.application, decision.day
    proofs = proofs_of(application, day)
    return judge_decided(decision.design, application.policy, day, application.file, proofs)


def changes_of(version: Version) -> VersionChanges | None:
    """What changed since the version before; `None` if there was none."""
    application, day = version.application, today()
    before = application.versions.filter(number=version.number - 1).first()
    if before is None:
        return None
    proofs = proofs_of(application, day)

    def judged(one: Version) -> JudgedVersion:
        return judge(one.text, application.policy, day, (), application.file, proofs)

    return changes(judged(before), judged(version))


def changed_after_preview(version: Version) -> VersionChanges | None:
    """The answers that say something else than when the applicant first saw what would become of them."""
    if not version.previewed:
        return None
    application, day = version.application, today()
    proofs = proofs_of(application, day)

    def judged(text: str) -> JudgedVersion:
        return judge(text, application.policy, day, (), application.file, proofs)

    found = reconsidered(judged(version.previewed), judged(version.text))
    return found if found.answers else None


def preview_of(application: DeskApplication) -> JudgedVersion:
    """What would become of a draft if it were submitted now."""
    day = today()
    proofs = proofs_of(application, day)
    return judge(application.text, application.policy, day, (), application.file, proofs)


def violated_without_evidence(
    application: DeskApplication, judged: JudgedVersion
) -> tuple[ViolatedClause, ...]:
    """The clauses that a draft violates as it is stated, beside those of its preview, which wait for evidence."""
    before = {one.name for one in judged.violated}
    text, policy = application.text, application.policy
    found = violated_as_stated(text, policy, today(), application.file)
    return tuple(one for one in found if one.name not in before)
