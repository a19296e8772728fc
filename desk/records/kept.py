"""What is never changed once it was said: versions, judgements, decisions, evidence.

An event holds a digest of each row. So the chain of the audit trail covers them: a row that was changed, taken out
or put in beside the desk does not fit what the events say of it.
"""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Collection, Iterable, Iterator, Mapping
from datetime import date
from hashlib import sha256
from typing import TYPE_CHECKING, Any

from django.db.models import BinaryField, Model, Q, QuerySet, TextField, Value
from django.db.models.functions import Cast, Concat
from django.utils.translation import gettext as _, gettext_lazy

from clausewise.desk.records.append_only import ERASABLE, ERASED
from clausewise.desk.records.models import (
    AdmittedForm,
    Appeal,
    AuditDetail,
    AuditEvent,
    Deadline,
    Decision,
    DecisionOpinion,
    EvidenceFile,
    FactQuestion,
    FactReply,
    PersonalJudgement,
    TakenBack,
    Version,
)

if TYPE_CHECKING:
    from django_stubs_ext import StrPromise

COVERED: Mapping[type[Model], tuple[str, ...]] = {
    Version: ("application_id", "number", "text", "sha256", "created_by_id", "created_at"),
    PersonalJudgement: (
        *("version_id", "entity", "field", "value", "person_id", "on", "reason", "created_at"),
    ),
    Decision: (
        *("application_id", "version_id", "kind", "person_id", "created_at", "day", "verdict"),
        *("signers", "letter", "design", "statement", "pdf", "key"),
    ),
    DecisionOpinion: (
        *("version_id", "kind", "text", "days", "person_id", "holder_id", "created_at"),
    ),
    Deadline: ("decision_id", "fact", "day"),
    Appeal: ("decision_id", "text", "person_id", "created_at"),
    FactQuestion: ("version_id", "fact", "text", "person_id", "created_at"),
    TakenBack: ("question_id", "person_id", "created_at"),
    FactReply: ("question_id", "text", "person_id", "created_at"),
    EvidenceFile: (
        *("application_id", "name", "sha256", "size", "replaces_id", "expires", "person_id"),
        "created_at",
    ),
}
"""What the digest of a row is taken over, by its table."""
SINCE: Mapping[type[Model], tuple[str, ...]] = {
    FactQuestion: ("due",),
    Version: ("previewed",),
}
"""Columns that came later: where nothing stands in them, a digest is what it was before there were any."""
FORM = ("decision_id", "form", "outcomes")
"""The same of an admitted form, which may be taken out: then the design itself is judged."""
TELLS: Mapping[str, type[Model]] = {
    "attach": EvidenceFile,
    "submit": Version,
    "judge": PersonalJudgement,
    "ask": FactQuestion,
    "reply": FactReply,
    "take-back": TakenBack,
    "approve": Decision,
    "approve-with-conditions": Decision,
    "refuse": Decision,
    "revoke": Decision,
    "opine": DecisionOpinion,
    "set-deadline": Deadline,
    "appeal": Appeal,
}
"""Of which table a row is made with an event, by the event's kind."""


CALLED: Mapping[type[Model], StrPromise] = {
    Version: gettext_lazy("version"),
    PersonalJudgement: gettext_lazy("judgement"),
    Decision: gettext_lazy("decision"),
    DecisionOpinion: gettext_lazy("opinion"),
    Deadline: gettext_lazy("deadline"),
    Appeal: gettext_lazy("appeal"),
    FactQuestion: gettext_lazy("question"),
    FactReply: gettext_lazy("reply"),
    TakenBack: gettext_lazy("question that was taken back"),
    EvidenceFile: gettext_lazy("evidence"),
}
"""What rows are called, by their table."""


ADMITTED = "admitted_sha256"
"""In the detail of a decision's event: the digest of its admitted form, which may be missing."""


def erase_rows(applications: Collection[int]) -> None:
    """Erase what people wrote in the rows of applications. That a row was there, by whom and when, stays."""
    for type_ in COVERED:
        place = APPLICATION.get(type_, "application")
        rows = type_._default_manager.filter(**{f"{place}__in": applications})
        for name in ERASABLE.get(type_._meta.db_table, {}):
            if isinstance(type_._meta.get_field(name), BinaryField):
                rows.update(**{name: b""})
            elif type_ is EvidenceFile:
                rows.update(name=Concat(Value(f"{ERASED} "), Cast("pk", TextField())))
            else:
                rows.exclude(Q(**{name: None}) | Q(**{name: ""})).update(**{name: ERASED})


def told(row: Model) -> dict[str, Any]:
    """What an event says of a row that was made with it."""
    return {"row": row.pk, "row_sha256": digest_of_row(row)}


def wrong_with_rows(
    events: Iterable[AuditEvent], details: Mapping[str, str | None]
) -> Iterator[str]:
    """The rows that are not what the events tell of, a sentence each.

    An event of which the detail was erased, or that is older than these digests, vouches for one row of its
    application without saying which.

    Args:
        details: what events say in detail, by its digest; `None` where it was erased.
    """
    rows = {
        type_: {row.pk: digest_of_row(row) for row in type_._default_manager.iterator()}
        for type_ in COVERED
    }
    forms = {one.decision_id: digest_of_row(one) for one in AdmittedForm.objects.iterator()}
    belong = _applications()
    erased: Counter[tuple[type[Model], int | None]] = Counter()
    for event in events:
        if not (type_ := TELLS.get(event.kind)):
            continue
        text = details.get(event.detail, "")
        said = {} if text is None else said_in(text)
        if "row" not in said:
            erased[type_, event.application] += 1
            continue
        said_of = {"what": _called(type_), "number": f"{event.number:,}"}
        if rows[type_].pop(said["row"], None) != said.get("row_sha256"):
            yield _("the %(what)s of event %(number)s is not what it was") % said_of
        form = forms.get(said["row"]) if type_ is Decision and ADMITTED in said else None
        if form and form != said[ADMITTED]:
            yield (
                _("what counted for the decision of event %(number)s is not what it was") % said_of
            )
    for type_, left in rows.items():
        for key in left:
            place = (type_, belong[type_].get(key))
            erased[place] -= 1
            if erased[place] < 0:
                yield _("no event tells of %(what)s %(key)s") % {
                    "what": _called(type_),
                    "key": f"{key:,}",
                }


APPLICATION: Mapping[type[Model], str] = {
    PersonalJudgement: "version__application",
    FactQuestion: "version__application",
    FactReply: "question__version__application",
    TakenBack: "question__version__application",
    DecisionOpinion: "version__application",
    Deadline: "decision__application",
    Appeal: "decision__application",
}
"""Where a row says to which application it belongs, if not by itself."""


def _applications() -> dict[type[Model], dict[int, int]]:
    """To which application each row belongs."""
    return {
        type_: dict(type_._default_manager.values_list("pk", APPLICATION.get(type_, "application")))
        for type_ in COVERED
    }


def _called(type_: type[Model]) -> str:
    return str(CALLED[type_])


def details_of(events: QuerySet[AuditEvent]) -> dict[str, str | None]:
    """The details of some events by their digests; `None` for one that was erased."""
    found = AuditDetail.objects.filter(digest__in=events.order_by().values("detail"))
    return dict(found.values_list("digest", "text"))


def said_in(text: str) -> dict[str, Any]:
    """What a detail says; nothing if it is none of ours."""
    try:
        found = json.loads(text)
    except ValueError:
        return {}
    return found if isinstance(found, dict) else {}


def digest_of_row(row: Model) -> str:
    """The digest of all of a row that is never changed."""
    names = FORM if isinstance(row, AdmittedForm) else COVERED[type(row)]
    parts = [_part(getattr(row, name)) for name in names]
    later = {name: getattr(row, name) for name in SINCE.get(type(row), ())}
    parts += [[name, _part(value)] for name, value in later.items() if value is not None]
    return sha256(json.dumps(parts).encode()).hexdigest()


def _part(value: object) -> object:
    match value:
        case date():  # a moment as well
            return value.isoformat()
        case bytes() | memoryview():
            return sha256(value).hexdigest()
        case _:
            return value
