"""The tables of applications, and all others, which Django looks for here.

What an applicant and a reviewer have said is never changed once it is frozen in a version.
"""

from __future__ import annotations

import secrets
from collections.abc import Mapping
from datetime import date, datetime
from typing import ClassVar

from django.db import models
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from clausewise.desk.interview.answers import GivenOpinion
from clausewise.desk.interview.called import own_words
from clausewise.desk.records.people import (
    REVIEWING,
    AccessToken,
    Conflict,
    Grant,
    Organisation,
    People,
    Person,
    Role,
    SavedView,
)
from clausewise.desk.records.trail import AuditDetail, AuditEvent, AuditHead

__all__ = [
    "DECIDED",
    "GRANTING",
    "OPEN",
    "REVIEWING",
    "WAITING",
    "AccessToken",
    "AdmittedForm",
    "Appeal",
    "AuditDetail",
    "AuditEvent",
    "AuditHead",
    "Conflict",
    "Deadline",
    "Decision",
    "DecisionOpinion",
    "DeskApplication",
    "EvidenceFile",
    "FactQuestion",
    "FactReply",
    "FormPin",
    "Grant",
    "Mail",
    "OpinionRound",
    "Organisation",
    "People",
    "Person",
    "PersonalJudgement",
    "ReviewTask",
    "Role",
    "SavedView",
    "State",
    "TakenBack",
    "Version",
]


def _new_token() -> str:
    return secrets.token_hex(16)


# applications


class FormPin(models.Model):
    """To which version of its policy a form is pinned; without one, that judges which the form names."""

    form = models.CharField(max_length=100, unique=True)
    policy = models.CharField(max_length=150)

    def __str__(self) -> str:
        return f"{self.form}: {self.policy}"


class State(models.TextChoices):
    """Where an application is."""

    DRAFT = "draft", _("Draft")
    SUBMITTED = "submitted", _("Submitted")
    IN_REVIEW = "in-review", _("In review")
    APPROVED = "approved", _("Approved")
    CONDITIONAL = "conditional", _("Approved with conditions")
    REFUSED = "refused", _("Refused")
    REVOKED = "revoked", _("Revoked")
    APPEALED = "appealed", _("Appealed")
    WITHDRAWN = "withdrawn", _("Withdrawn")


WAITING = (State.SUBMITTED, State.APPEALED)
"""The states in which an application waits for a reviewer to claim it."""
OPEN = (*WAITING, State.IN_REVIEW)
"""The states in which an application is with the reviewers."""
GRANTING = (State.APPROVED, State.CONDITIONAL)
"""What a decision can be that lets the applicant go ahead."""
DECIDED = (*GRANTING, State.REFUSED, State.REVOKED)


class DeskApplication(models.Model):
    """An application.

    Attributes:
        form: the name of the form with which it began.
        policy: what judges it, with its version: an application keeps to the one with which it began.
        text: the design as the applicant edits it.
        holder: the reviewer who claimed it, and `held_until`: after that another one can.
        note: what the reviewer who gave it back asks for.
        erased_at: when what people wrote in it was erased, long after it was closed.
        verdict: of the newest version, with all judgements. `violated` names the clauses that are violated, and
            `open` counts those that are open.
        stated: the verdict as stated: what it would be if all evidence were there.
        previewed: the design as it was when the applicant first saw what would become of it, since they submitted
            last; empty if they have not.
        sent: the SHA-256 of the design as a program sent it last; empty if none did.
    """

    organisation = models.ForeignKey(Organisation, models.PROTECT, related_name="applications")
    form = models.CharField(max_length=100)
    policy = models.CharField(max_length=150)
    title = models.CharField(_("title"), max_length=150)
    text = models.TextField()
    state = models.CharField(max_length=20, choices=State, default=State.DRAFT, db_index=True)
    holder = models.ForeignKey(Person, models.PROTECT, null=True, related_name="held")
    held_until = models.DateTimeField(null=True)
    note = models.TextField(blank=True)
    verdict = models.CharField(max_length=30, blank=True)
    violated = models.CharField(max_length=500, blank=True)
    open = models.PositiveIntegerField(default=0)
    stated = models.CharField(max_length=30, blank=True)
    previewed = models.TextField(blank=True)
    sent = models.CharField(max_length=64, blank=True)
    created_by = models.ForeignKey(Person, models.PROTECT, related_name="+")
    created_at = models.DateTimeField(auto_now_add=True)
    submitted_at = models.DateTimeField(null=True)
    erased_at = models.DateTimeField(null=True)

    class Meta:
        indexes: ClassVar = [models.Index(fields=["state", "submitted_at"], name="queue_by_age")]

    def __str__(self) -> str:
        return f"{self.reference} {self.title}"

    @property
    def reference(self) -> str:
        """By what people call it: the year and a number."""
        return f"LA-{self.created_at.year}-{self.pk:04}"

    @property
    def called(self) -> Mapping[str, str]:
        """What people call the entities of its design, by their names, where these do not say it."""
        return own_words(self.text)

    @property
    def file(self) -> str:
        """What its design is called as a file."""
        return f"{self.reference}.design"

    @property
    def decision(self) -> Decision | None:
        """What was decided last."""
        return self.decisions.order_by("-pk").first()

    @property
    def is_granted(self) -> bool:
        """Whether the last decision was to approve it. A withdrawal gives that up, and undoes no decision."""
        return self.decision is not None and self.decision.kind in GRANTING

    @property
    def newest(self) -> Version:
        """The version that is judged.

        Raises:
            Version.DoesNotExist: none was submitted.
        """
        return self.versions.latest("number")


class Version(models.Model):
    """A design as it was submitted. It never changes.

    Attributes:
        asked: what the reviewer asked who gave the version before it back, and `reply` what the applicant
            answers; `None` where nothing was asked, or answered.
        previewed: the design as it was when the applicant first saw what would become of it, if they changed it
            afterwards; `None` if not.
    """

    application = models.ForeignKey(DeskApplication, models.PROTECT, related_name="versions")
    number = models.PositiveIntegerField()
    text = models.TextField()
    sha256 = models.CharField(max_length=64)
    asked = models.TextField(null=True)
    reply = models.TextField(null=True)
    previewed = models.TextField(null=True)
    created_by = models.ForeignKey(Person, models.PROTECT, related_name="+")
    created_at = models.DateTimeField(auto_now_add=True)

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["application", "number"], name="one_version_a_number")
        ]

    @property
    def appealed_at(self) -> datetime | None:
        """Since when it is decided anew, by an appeal; what people said of it before counts no more.

        An appeal against a decision of an earlier version, which was revoked, is decided on the newest as well.
        """
        found = Appeal.objects.filter(
            decision__application=self.application_id, created_at__gte=self.created_at
        )
        later = Version.objects.filter(application=self.application_id, number=self.number + 1)
        if after := later.first():
            found = found.filter(created_at__lt=after.created_at)
        newest = found.order_by("pk").last()
        return newest.created_at if newest else None

    @property
    def counting_judgements(self) -> models.QuerySet[PersonalJudgement]:
        """What people without a conflict have judged of it, since the newest appeal if there is one."""
        since = self.appealed_at
        found = self.judgements.filter(created_at__gt=since) if since else self.judgements.all()
        return found.exclude(person__in=self.conflicted)

    @property
    def conflicted(self) -> models.QuerySet[Conflict, int]:
        """Who declared a conflict with the organisation, be it after they said something of this."""
        of = Conflict.objects.filter(organisation=self.application.organisation_id)
        return of.values_list("person", flat=True)

    @property
    def standing(self) -> list[PersonalJudgement]:
        """Of what counts the newest of each person about a fact, in the order in which they judged.

        Where three have judged a fact, since a lead settles what two differ about, that stands which two say.
        """
        newest: dict[tuple[str, str, int], PersonalJudgement] = {}
        for one in self.counting_judgements.select_related("person").order_by("pk"):
            about = (one.entity, one.field, one.person_id)
            newest.pop(about, None)
            newest[about] = one
        by_fact: dict[str, list[PersonalJudgement]] = {}
        for one in newest.values():
            by_fact.setdefault(one.fact, []).append(one)
        stands = {one.pk for said in by_fact.values() for one in _of_two(said)}
        return [one for one in newest.values() if one.pk in stands]

    @property
    def judged_before(self) -> models.QuerySet[PersonalJudgement]:
        """What people judged of it before the newest appeal."""
        since = self.appealed_at
        return self.judgements.filter(created_at__lte=since) if since else self.judgements.none()

    @property
    def opinions_before(self) -> models.QuerySet[DecisionOpinion]:
        """What people said of deciding it before the newest appeal."""
        since = self.appealed_at
        return (
            self.decision_opinions.filter(created_at__lte=since)
            if since
            else self.decision_opinions.none()
        )

    @property
    def asked_at_facts(self) -> list[FactQuestion]:
        """What reviewers ask at its answers, in the order in which they did; of two at one answer, the newer.

        What was taken back is asked no more.
        """
        newest: dict[str, FactQuestion] = {}
        asked = self.questions.select_related("person", "taken_back").prefetch_related("replies")
        for one in asked.order_by("pk"):
            newest.pop(one.fact, None)
            newest[one.fact] = one
        return [one for one in newest.values() if not one.is_taken_back]

    @property
    def rounds(self) -> list[OpinionRound]:
        """What people say of deciding it, a round after the other: as `counting_judgements` does, for opinions."""
        since = self.appealed_at
        found: list[OpinionRound] = []
        said = self.decision_opinions.exclude(person__in=self.conflicted)
        for one in said.select_related("person").order_by("pk"):
            if since and one.created_at <= since:
                continue
            if not found or found[-1].is_over:
                found.append(OpinionRound())
            found[-1].add(one)
        return found

    def agreeing(self, kind: str) -> list[DecisionOpinion]:
        """The opinions of the newest round, the proposal first, if it is over and all are for the same."""
        last = self.rounds[-1] if self.rounds else OpinionRound()
        is_agreed = last.is_over and all(one.kind == kind for one in last.opinions)
        return sorted(last.opinions, key=lambda one: one is not last.proposal) if is_agreed else []

    def opinions(self) -> list[GivenOpinion]:
        """The judgements that stand, as they are written into a design."""
        return [one.opinion for one in self.standing]


class PersonalJudgement(models.Model):
    """What a person says of a fact of a version that only a person can judge. It never changes."""

    version = models.ForeignKey(Version, models.PROTECT, related_name="judgements")
    entity = models.CharField(max_length=100)
    field = models.CharField(max_length=100)
    value = models.CharField(max_length=500)
    person = models.ForeignKey(Person, models.PROTECT, related_name="+")
    on = models.DateField()
    reason = models.TextField()
    created_at = models.DateTimeField(auto_now_add=True)

    @property
    def fact(self) -> str:
        """The fact that is judged."""
        return f"{self.entity}.{self.field}"

    @property
    def opinion(self) -> GivenOpinion:
        """The same, as it is written into a design."""
        return GivenOpinion(
            self.entity, self.field, self.value, self.person.name, self.on, self.reason
        )


def _of_two(said: list[PersonalJudgement]) -> list[PersonalJudgement]:
    """Of what people say of a fact, each once, what a design can hold: two; of three those who say the same."""
    values = [one.value for one in said]
    agreed = [one for one in said if values.count(one.value) > 1]
    return (agreed or said)[:2] if len(said) > 2 else said


class FactQuestion(models.Model):
    """What a reviewer asks at an answer of a version. It never changes; of two at one answer, the newer counts.

    The applicant sees it once the version is given back.

    Attributes:
        due: the last day for what is asked; `None` for none.
    """

    version = models.ForeignKey(Version, models.PROTECT, related_name="questions")
    fact = models.CharField(max_length=201)
    text = models.TextField()
    due = models.DateField(null=True)
    person = models.ForeignKey(Person, models.PROTECT, related_name="+")
    created_at = models.DateTimeField(auto_now_add=True)

    @property
    def is_taken_back(self) -> bool:
        """Whether whoever asked wants it answered no more."""
        return hasattr(self, "taken_back")

    @property
    def reply(self) -> FactReply | None:
        """What the applicant says to it."""
        return max(self.replies.all(), key=lambda one: one.pk, default=None)


class TakenBack(models.Model):
    """That a question at an answer was taken back. It never changes."""

    question = models.OneToOneField(FactQuestion, models.PROTECT, related_name="taken_back")
    person = models.ForeignKey(Person, models.PROTECT, related_name="+")
    created_at = models.DateTimeField(auto_now_add=True)


class FactReply(models.Model):
    """What an applicant replies to a question at an answer. It never changes; the newest counts."""

    question = models.ForeignKey(FactQuestion, models.PROTECT, related_name="replies")
    text = models.TextField()
    person = models.ForeignKey(Person, models.PROTECT, related_name="+")
    created_at = models.DateTimeField(auto_now_add=True)


class Decision(models.Model):
    """What was decided of a version, with the letter that says so. It never changes.

    Attributes:
        signers: who decided so, by name, as the letter says.
        design: the text that was judged: the version with people's judgements in it.
        statement: the signed envelope, as `clausewise attest` makes one.
        letter: what the reviewer wrote.
    """

    application = models.ForeignKey(DeskApplication, models.PROTECT, related_name="decisions")
    version = models.ForeignKey(Version, models.PROTECT, related_name="+")
    kind = models.CharField(max_length=20, choices=State)
    person = models.ForeignKey(Person, models.PROTECT, related_name="+")
    created_at = models.DateTimeField(auto_now_add=True)
    day = models.DateField()
    verdict = models.CharField(max_length=30)
    signers = models.TextField(default="")
    letter = models.TextField()
    design = models.TextField()
    statement = models.BinaryField()
    pdf = models.BinaryField()
    key = models.CharField(max_length=64)


class AdmittedForm(models.Model):
    """What of a decided design counted, as JSON that is judged again quickly (`judging/admitted.py`).

    Attributes:
        outcomes: what each clause came to, as a JSON object of outcomes by clause.
    """

    decision = models.OneToOneField(Decision, models.CASCADE, related_name="admitted")
    form = models.TextField()
    outcomes = models.TextField()


class ReviewTask(models.Model):
    """A decision that would come out otherwise today: somebody looks at it. Nothing is decided by itself.

    Attributes:
        policy: by which it would, with its version and the readings that differ from the defaults.
        verdict: what it would be; empty if it cannot be judged. `why`: the clauses that differ, one a line.
        flips: the same without the facts for which they do: what tasks of one reason have in common.
        done: what was made of it.
        told_at: when the applicant was told that somebody looks at it.
    """

    decision = models.ForeignKey(Decision, models.CASCADE, related_name="tasks")
    policy = models.CharField(max_length=300)
    verdict = models.CharField(max_length=30, blank=True)
    why = models.TextField()
    flips = models.TextField(default="")
    created_at = models.DateTimeField(auto_now_add=True)
    told_at = models.DateTimeField(null=True)
    done = models.TextField(blank=True)
    done_by = models.ForeignKey(Person, models.PROTECT, null=True, related_name="+")
    done_at = models.DateTimeField(null=True)

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["decision", "policy", "verdict"], name="one_task_a_cause"
            )
        ]

    @property
    def causes(self) -> list[str]:
        """The clauses that differ, a sentence each."""
        return self.why.splitlines()


class DecisionOpinion(models.Model):
    """How somebody would decide of a version, where that takes two. It never changes.

    Attributes:
        kind: as what it should be decided; as a draft, if it should be given back.
        text: of who holds the application the letter, of the other their reasons.
        days: the deadlines, as a JSON object of days by fact.
        holder: who held the application then; `None` for an opinion that is older than this record.
    """

    version = models.ForeignKey(Version, models.PROTECT, related_name="decision_opinions")
    kind = models.CharField(max_length=20, choices=State)
    text = models.TextField()
    days = models.TextField()
    person = models.ForeignKey(Person, models.PROTECT, related_name="+")
    holder = models.ForeignKey(Person, models.PROTECT, null=True, related_name="+")
    created_at = models.DateTimeField(auto_now_add=True)


class OpinionRound:
    """What people say of deciding a version until the round is over: of each person the newest opinion.

    It is over once whoever holds the application has proposed a decision, with the letter, and somebody else has
    said what they think. Two who do not hold it end none.
    """

    def __init__(self) -> None:
        """Begin a round."""
        self._by_person: dict[int, DecisionOpinion] = {}
        self._holder: int | None = None

    def add(self, opinion: DecisionOpinion) -> None:
        """Take in what somebody says next."""
        self._by_person[opinion.person_id] = opinion
        self._holder = opinion.holder_id

    @property
    def proposal(self) -> DecisionOpinion | None:
        """The opinion of whoever holds the application, if they have given it since they claimed it."""
        found = self._by_person.get(self._holder) if self._holder else None
        return found if found and found.holder_id == found.person_id else None

    @property
    def is_over(self) -> bool:
        """Whether both are in."""
        return self.proposal is not None and len(self._by_person) > 1

    @property
    def opinions(self) -> list[DecisionOpinion]:
        """The opinions, in the order in which people first spoke."""
        return [*self._by_person.values()]


class Deadline(models.Model):
    """A day that a decision names. It never changes.

    Attributes:
        fact: for what is to be answered or shown until then; empty for the last day of the approval itself.
    """

    decision = models.ForeignKey(Decision, models.PROTECT, related_name="deadlines")
    fact = models.CharField(max_length=201, blank=True)
    day = models.DateField()


class Appeal(models.Model):
    """Why the applicant does not accept a decision. It never changes."""

    decision = models.ForeignKey(Decision, models.PROTECT, related_name="appeals")
    text = models.TextField()
    person = models.ForeignKey(Person, models.PROTECT, related_name="+")
    created_at = models.DateTimeField(auto_now_add=True)


class EvidenceFile(models.Model):
    """A file that shows what is answered. It never changes: another one can take its place.

    Attributes:
        name: what designs call it; no other file of the application is ever called so.
        replaces: the file in whose place it came.
        expires: the last day on which it counts; `None` if it does not expire.
    """

    application = models.ForeignKey(DeskApplication, models.PROTECT, related_name="evidence")
    name = models.CharField(max_length=100)
    sha256 = models.CharField(max_length=64)
    size = models.PositiveBigIntegerField()
    replaces = models.ForeignKey("self", models.PROTECT, null=True, related_name="+")
    expires = models.DateField(null=True)
    person = models.ForeignKey(Person, models.PROTECT, related_name="+")
    created_at = models.DateTimeField(auto_now_add=True)

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["application", "name"], name="one_file_a_name")
        ]

    def __str__(self) -> str:
        return self.name.rpartition("/")[2]

    def doubt(self, day: date) -> str:
        """Why it does not count on a day; empty if it does."""
        if self.expires and self.expires < day:
            return f"its evidence `{self.name}` expired on {self.expires}"
        return ""


# mail (desk/mail)


class Mail(models.Model):
    """Somebody is to be told of something. Ids, days and counts: its text is written when it is sent.

    Attributes:
        kind: what it tells of, by the name of its text.
        cause: what happened; nobody is told of the same twice.
        token: by what mail programs know it, should it be sent twice.
        due: from when on it is sent; whoever sends it puts that off, and so does a failure.
        tries: how often it was tried, and `error` what the last failure was.
    """

    person = models.ForeignKey(Person, models.CASCADE, related_name="mail")
    application = models.ForeignKey(DeskApplication, models.CASCADE, null=True, related_name="+")
    kind = models.CharField(max_length=30)
    cause = models.CharField(max_length=100)
    detail = models.JSONField(default=dict)
    token = models.CharField(max_length=32, default=_new_token)
    created_at = models.DateTimeField(auto_now_add=True)
    due = models.DateTimeField(default=timezone.now)
    tries = models.PositiveSmallIntegerField(default=0)
    error = models.CharField(max_length=60, blank=True)
    sent_at = models.DateTimeField(null=True)

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["person", "cause"], name="one_mail_a_cause")
        ]
        indexes: ClassVar = [
            models.Index(fields=["due"], name="mail_waiting", condition=models.Q(sent_at=None))
        ]
