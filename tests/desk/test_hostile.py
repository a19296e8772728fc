"""Whatever is sent to whatever address by whoever may, it is answered: never by a mistake of ours."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from typing import Any

import pytest
from django.db import connection, transaction
from django.test import Client

from clausewise.desk.records.models import DeskApplication, Person, Role, Version
from clausewise.desk.site.urls import urlpatterns
from clausewise.desk.workflow import actions
from tests.desk.conftest import person, signed_in
from tests.desk.test_access import address

VALUES = {
    "what PostgreSQL keeps in no text": "a\0b",
    "a number that no database holds": "9" * 5000,
    "a digit of another script, and marks of direction": "٣\u202e\u2066²",
    "what a page must escape": "<script>alert(1)</script>%s{0}",
}
NAMES = (
    *("title", "name", "text", "base", "value", "low", "high", "amount", "unit", "reply", "note"),
    *(
        "reason",
        "declared",
        "kind",
        "letter",
        "ends",
        "due",
        "to",
        "done",
        "task",
        "query",
        "policy",
    ),
    *("email", "roles", "is_active", "take-off", "login", "password", "code", "look", "later"),
    *("evidence-facts", "evidence-reuse", "evidence-drop", "evidence-replaces", "evidence-expires"),
)
ASKED = (
    *("view", "sort", "q", "search", "verdict", "clause", "policy", "holder", "late", "page", "of"),
    *("application", "who", "kind", "skip", "back", "next", "fact", "name"),
)


def as_postgresql(
    execute: Callable[..., Any], sql: str, params: Any, many: bool, context: Mapping[str, Any]
) -> Any:
    """Refuse what PostgreSQL refuses: the character of nothing, in any text."""
    rows: Iterable[Any] = params if many else [params or ()]
    for row in rows:
        assert not any(isinstance(one, str) and "\0" in one for one in row), sql[:200]
    return execute(sql, params, many, context)


@pytest.fixture
def everybody(
    begun: DeskApplication, gate: DeskApplication, reviewer: Person
) -> list[tuple[Client, int]]:
    """Everybody who may come, each with an application: their draft, or one that they hold."""
    staff = [person(str(role.label), None, role) for role in Role]
    lead = next(one for one in staff if one.has_role(Role.LEAD))
    actions.release(reviewer, gate.pk)
    actions.claim(lead, gate.pk)
    return [
        (signed_in(begun.created_by), begun.pk),
        *((signed_in(one), gate.pk) for one in staff),
        (Client(), gate.pk),
    ]


@pytest.mark.parametrize("value", VALUES.values(), ids=VALUES.keys())
def test_no_value_is_a_mistake_of_ours(everybody: list[tuple[Client, int]], value: str) -> None:
    wrong: list[str] = []
    sent = dict.fromkeys(NAMES, value)
    with connection.execute_wrapper(as_postgresql):
        for pattern in urlpatterns:
            name = str(pattern.name)
            if name.startswith(("mfa", "openid")):
                continue  # allauth's own
            for client, key in everybody:
                where = address(name, key)
                if client.get(where).status_code in (302, 401, 403, 404):
                    continue
                for ask, what in ((client.get, dict.fromkeys(ASKED, value)), (client.post, sent)):
                    with transaction.atomic():
                        wrong += _mistakes(name, lambda: ask(where, what))  # noqa: B023 (called at once)
                        transaction.set_rollback(True)
                break
    assert wrong == []


def _mistakes(name: str, ask: Callable[[], Any]) -> Iterator[str]:
    try:
        answer = ask()
        content = b"".join(answer)
    except Exception as error:
        yield f"{name}: {error!r}"[:300]
    else:
        if answer.status_code >= 500 or b"<script>alert" in content:
            yield f"{name}: {answer.status_code}"


@pytest.mark.parametrize("part", ["questions/%00/", "?q=%00", "questions/a%00.b/?skip=%00"])
def test_an_address_that_no_database_can_look_for_is_none(
    as_member: Client, begun: DeskApplication, part: str
) -> None:
    assert as_member.get(f"/applications/{begun.pk}/{part}").status_code == 400


def test_a_reply_is_kept_without_what_no_database_keeps_or_what_turns_lines(
    gate: DeskApplication, reviewer: Person
) -> None:
    actions.give_back(reviewer, gate.pk, "Why?")
    sent = {"reply": "So\0.\u202e <b>", "declared": "yes"}
    signed_in(gate.created_by).post(f"/applications/{gate.pk}/check/", sent)
    assert Version.objects.latest("pk").reply == "So. <b>"
