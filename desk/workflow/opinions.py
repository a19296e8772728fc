"""A second pair of eyes: what two people say of the same, each without having read the other.

Of a fact that the vocabulary marks `judgement by two`, a reviewer who does not hold the application judges, too.
Where `desk.toml` says `decided-by = 2`, a decision needs the opinion of such a reviewer, too. Until both are in,
what one says is shown to nobody else.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Collection
from datetime import date

from django.conf import settings
from django.db import transaction
from django.db.models import Exists, OuterRef, Q, QuerySet, Subquery

from clausewise.desk.interview.drafts import draft_of
from clausewise.desk.interview.policies import fields_by_two
from clausewise.desk.interview.questions import is_by_two
from clausewise.desk.judging.attesting import WrittenLetter
from clausewise.desk.judging.verdicts import JudgedVersion, judge
from clausewise.desk.records.audit import note
from clausewise.desk.records.kept import told
from clausewise.desk.records.models import (
    Decision,
    DecisionOpinion,
    DeskApplication,
    Person,
    PersonalJudgement,
    Role,
    State,
    Version,
)
from clausewise.desk.workflow.decisions import Deadlines, decide, permitted_kinds, signers_of
from clausewise.desk.workflow.locks import NotAllowedError, as_shown, digest_of_version, locked
from clausewise.desk.workflow.today import judged_now, proofs_of, today

KINDS = (State.APPROVED, State.CONDITIONAL, State.REFUSED, State.DRAFT)
"""What somebody can be for; `DRAFT` is to give it back."""


# judgements by two


def visible(version: Version, person: Person) -> list[PersonalJudgement]:
    """The judgements of a version that somebody may read: of a fact for two, both or their own."""
    standing = version.standing
    if reads_all(person):
        return standing
    both = {
        one.fact
        for one in standing
        if any(o.fact == one.fact and o.person_id != one.person_id for o in standing)
    }
    twice = _by_two(version, standing)
    return [
        one
        for one in standing
        if one.person_id == person.pk or one.fact in both or one.fact not in twice
    ]


def reads_all(person: Person) -> bool:
    """Whether somebody reads what is sealed: an auditor who reviews nothing, and whom it cannot sway."""
    return person.has_role(Role.AUDITOR) and not person.has_role(Role.REVIEWER)


def _by_two(version: Version, standing: list[PersonalJudgement]) -> set[str]:
    """Of the facts that were judged, those for two."""
    if not standing:
        return set()
    application = version.application
    text, policy = version.text, application.policy
    draft = draft_of(text, policy, today(), application.file, is_kept=True)
    return {one.fact for one in standing if is_by_two(draft, one.entity, one.field)}


def judged_for(person: Person, version: Version) -> JudgedVersion:
    """What the policy makes of a version today, by the judgements that somebody may read."""
    application, day = version.application, today()
    opinions = [one.opinion for one in visible(version, person)]
    proofs = proofs_of(application, day)
    return judge(version.text, application.policy, day, opinions, application.file, proofs)


# what waits for somebody else


def wants_second(person: Person) -> Q | None:
    """Of which applications a second opinion is wanted of somebody: whoever holds them has said theirs.

    Returns:
        `None` if nothing here takes two.
    """
    in_review = DeskApplication.objects.filter(state=State.IN_REVIEW)
    policies = in_review.values_list("policy", flat=True).distinct().order_by()
    by_two = {name: fields for name in policies if (fields := fields_by_two(name))}
    if not by_two and not is_for_two():
        return None
    versions = Version.objects.filter(application=OuterRef(OuterRef("pk"))).order_by("-number")
    newest = Subquery(versions.values("pk")[:1])
    wanted = Q(Exists(_proposed(newest))) if is_for_two() else Q(pk=None)
    for policy, fields in by_two.items():
        wanted |= Q(Exists(_judged_once(newest, fields)), policy=policy)
    return Q(wanted, state=State.IN_REVIEW) & ~Q(holder=person)


def _proposed(newest: Subquery) -> QuerySet[DecisionOpinion]:
    """A holder's opinion after which nobody has said theirs."""
    later = DecisionOpinion.objects.filter(version=OuterRef("version"), pk__gt=OuterRef("pk"))
    of_holder = DecisionOpinion.objects.filter(version=newest, person=OuterRef("holder"))
    return of_holder.exclude(Exists(later))


def _judged_once(newest: Subquery, fields: Collection[str]) -> QuerySet[PersonalJudgement]:
    """A holder's judgement of a fact for two, which nobody else has judged."""
    same = {name: OuterRef(name) for name in ("version", "entity", "field")}
    others = PersonalJudgement.objects.filter(**same).exclude(person=OuterRef("person"))
    of_holder = PersonalJudgement.objects.filter(
        version=newest, person=OuterRef("holder"), field__in=fields
    )
    return of_holder.exclude(Exists(others))


# decisions by two


def give_opinion(
    person: Person,
    key: int,
    kind: State,
    text: str,
    write: Callable[[Version, JudgedVersion, State, str, str, Deadlines], WrittenLetter],
    deadlines: Deadlines | None = None,
    base: str = "",
) -> Decision | None:
    """Say how an application should be decided; once two agree, it is.

    Args:
        text: of the holder the letter, of the second the reasons.
        write: what makes the letter, by the kind, the holder's text, the names of both and the deadlines.
        deadlines: of the holder, as for `decide`.
        base: the digest of the version that the person was shown.

    Returns:
        The decision, if this was the second opinion and the same as the first.

    Raises:
        ChangedError: the newest version is another one.
        NotAllowedError: it is not open to the person, or not by the verdict.
    """
    with transaction.atomic():
        application = DeskApplication.objects.get(pk=key)
        action = "judge" if application.holder_id == person.pk else "second"
        application = locked(key, person, action)
        version = application.newest
        as_shown(base, digest_of_version(version))
        if kind not in (*permitted_kinds(judged_now(version)), State.DRAFT):
            raise NotAllowedError
        days = json.dumps({fact: str(day) for fact, day in (deadlines or {}).items()})
        made = DecisionOpinion.objects.create(
            version=version,
            kind=kind,
            text=text,
            days=days,
            person=person,
            holder=application.holder,
        )
        note("opine", person, application, version=version.number, **told(made))
    agreeing = version.agreeing(kind)
    if not agreeing or kind == State.DRAFT:
        return None
    first = agreeing[0]  # that of the holder
    dates = {fact: date.fromisoformat(day) for fact, day in json.loads(first.days).items()}
    names = signers_of(first.person, version, kind)

    def letter(version: Version, judged: JudgedVersion) -> WrittenLetter:
        return write(version, judged, kind, first.text, names, dates)

    return decide(first.person, key, kind, first.text, letter, dates)


def waiting(version: Version) -> list[DecisionOpinion]:
    """The opinions that wait for another one."""
    last = version.rounds[-1:]
    return last[0].opinions if last and not last[0].is_over else []


def read_opinions(version: Version, person: Person) -> list[list[DecisionOpinion]]:
    """The opinions that somebody may read: those of rounds that are over."""
    return [one.opinions for one in version.rounds if one.is_over or reads_all(person)]


def is_for_two() -> bool:
    """Whether a decision of this desk takes two."""
    return bool(settings.DECIDED_BY > 1)
