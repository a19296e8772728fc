"""Whether everybody has the roles, organisation and tokens of which the events of the audit trail tell.

Whoever may write the database could make a reviewer of anybody. But the desk itself does so with an event.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from django.utils.translation import gettext as _

from clausewise.desk.records.kept import details_of, said_in
from clausewise.desk.records.models import (
    AccessToken,
    AuditEvent,
    Conflict,
    DeskApplication,
    Person,
)
from clausewise.dsl.startup.lean import lean_dataclass

NAMES = {
    "enter": "entered",
    "change-roles": "changed",
    "invite": "invited",
    "take-out": "taken_out",
}
"""Where an event says of whom it tells, by its kind; whoever registers does it themselves."""


@lean_dataclass(slots=True)
class _Told:
    """What the events tell of somebody.

    Attributes:
        organisation: the id of that to which they belong.
        barred: the number of the event since which they cannot sign in.
    """

    roles: frozenset[str] = frozenset()
    organisation: int | None = None
    barred: int | None = None

    def add(self, event: AuditEvent, said: dict[str, Any]) -> None:
        """Take in what a further event tells."""
        self.roles = frozenset(said.get("roles", self.roles))
        self.organisation = said.get("organisation", self.organisation)
        is_out = event.kind == "take-out" or not said.get("is_active", True)
        self.barred = event.number if is_out else None


def wrong_with_people() -> Iterator[str]:
    """What people may though no event gave it to them, or may not though one did, a sentence each.

    An event of which the detail was erased vouches for one person without saying whom.
    """
    told, erased = _told()
    wrong = [found for one in _people() if (found := [*_wrong_with(one, told.get(one.pk))])]
    for found in wrong[erased:]:
        yield from found
    yield from _wrong_with_conflicts()
    yield from _wrong_with_tokens()


def _people() -> Iterator[Person]:
    yield from Person.objects.order_by("pk").prefetch_related("grants")


def _told() -> tuple[dict[int | None, _Told], int]:
    """What the events tell of each person, and how many of them say no more of whom."""
    events = AuditEvent.objects.filter(kind__in=(*NAMES, "register")).order_by("number")
    texts = details_of(events)
    found: dict[int | None, _Told] = {}
    erased = 0
    for event in events:
        text = texts.get(event.detail)
        said = said_in(text or "")
        about = event.person if event.kind == "register" else said.get(NAMES[event.kind])
        if text is None:
            erased += 1
        else:
            found.setdefault(about, _Told()).add(event, said)
    return found, erased


def _wrong_with(person: Person, told: _Told | None) -> Iterator[str]:
    told = told or _Told()
    who = {"person": person.pk}
    roles = frozenset(one.role for one in person.grants.all())
    if roles != told.roles:
        wrong = _("person %(person)s has the roles “%(roles)s”, and by the events “%(told)s”")
        yield wrong % (who | {"roles": _listed(roles), "told": _listed(told.roles)})
    if person.organisation_id != told.organisation:
        yield _("no event tells of the organisation to which person %(person)s belongs") % who
    if told.barred and person.is_active:
        wrong = _("person %(person)s can sign in, and by event %(number)s cannot")
        yield wrong % (who | {"number": f"{told.barred:,}"})


def _listed(roles: frozenset[str]) -> str:
    return ", ".join(sorted(roles)) or _("none")


def _wrong_with_conflicts() -> Iterator[str]:
    """The conflicts of interest that somebody declared and that are not there any more."""
    declared = AuditEvent.objects.filter(kind="recuse").order_by("number")
    of = dict(DeskApplication.objects.values_list("pk", "organisation"))
    kept = {*Conflict.objects.values_list("person", "organisation")}
    for event in declared:
        organisation = of.get(event.application or 0)
        if organisation and (event.person, organisation) not in kept:
            wrong = _("the conflict of interest of event %(number)s is not there")
            yield wrong % {"number": f"{event.number:,}"}


def _wrong_with_tokens() -> Iterator[str]:
    """The tokens that nobody made, or that were taken for others since.

    An event of which the detail was erased vouches for one token without saying which.
    """
    made = AuditEvent.objects.filter(kind="make-token")
    texts = details_of(made)
    told: dict[object, tuple[int | None, dict[str, Any]]] = {}
    for event in made:
        said = said_in(texts.get(event.detail) or "")
        told[said.get("token")] = event.person, said
    wrong = []
    for one in AccessToken.objects.order_by("pk"):
        person, said = told.get(one.pk, (None, {}))
        if person != one.person_id or said.get("sha256", one.digest) != one.digest:
            wrong.append(one)
    for one in wrong[sum(text is None for text in texts.values()) :]:
        yield _("no event tells of token %(token)s of person %(person)s") % {
            "token": one.pk,
            "person": one.person_id,
        }
