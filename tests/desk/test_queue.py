"""The queue: what it shows of thousands of applications, in which order, and views that somebody saves."""

from __future__ import annotations

import re
from datetime import timedelta

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils import timezone
from pytest_django.fixtures import Settings

from clausewise.desk.pages.reviewing.queue import COLUMNS, MOST_SAVED
from clausewise.desk.records.models import (
    DeskApplication,
    Organisation,
    Person,
    Role,
    SavedView,
    State,
)
from tests.desk.conftest import person, signed_in

MANY = 3000


def waits(title: str, days: int, **values: object) -> DeskApplication:
    """An application that was submitted so many days ago."""
    organisation, _ = Organisation.objects.get_or_create(name=str(values.pop("by", "Contoso")))
    who, _ = Person.objects.get_or_create(email="a@example.org")
    known = {"state": State.SUBMITTED, "policy": "face-code 1.0", "verdict": "prohibited", **values}
    return DeskApplication.objects.create(
        organisation=organisation,
        form="f",
        title=title,
        text="",
        created_by=who,
        submitted_at=timezone.now() - timedelta(days=days, hours=1),
        **known,
    )


def titles(client: Client, **asked: str) -> list[str]:
    """The titles that a page of the queue shows, in order."""
    page = client.get("/queue/", asked).content.decode()
    return re.findall(r'<th scope="row"><a href="/queue/\d+/">(.*?)</a>', page)


@pytest.fixture
def three(reviewer: Person) -> list[DeskApplication]:
    return [
        waits(
            "Lobby",
            3,
            by="Fabrikam",
            verdict="permitted",
            stated="permitted",
            open=2,
            policy="face-code 1.1",
        ),
        waits(
            "Gate",
            30,
            verdict="needs-review",
            stated="needs-review",
            violated="N1, N12",
            holder=reviewer,
        ),
        waits(
            "Annex",
            17,
            by="Adatum",
            stated="prohibited",
            violated="N12, U2",
            open=9,
            holder=person("Zed"),
        ),
    ]


def test_it_is_sorted_by_each_column(as_reviewer: Client, three: list[DeskApplication]) -> None:
    first = {
        "age": "Gate",
        "title": "Annex",
        "organisation": "Annex",
        "verdict": "Annex",
        "stated": "Annex",
        "open": "Gate",
        "policy": "Gate",
        "holder": "Gate",
    }
    assert titles(as_reviewer) == ["Gate", "Annex", "Lobby"]
    assert [*first] == [*COLUMNS]
    assert {name: titles(as_reviewer, sort=name)[0] for name in COLUMNS} == first
    last = {name: titles(as_reviewer, sort=f"-{name}")[0] for name in COLUMNS}
    assert last == dict.fromkeys(COLUMNS, "Lobby") | {"open": "Annex", "holder": "Annex"}
    page = as_reviewer.get("/queue/?sort=title").content.decode()
    assert page.count('<span class="mute">the same</span>') == len(three)
    assert page.count('aria-sort="ascending"') == 1
    assert "sort=-title" in page
    assert len(three) == len(titles(as_reviewer, sort="no-such"))


def test_it_is_filtered_and_searched(
    as_reviewer: Client, reviewer: Person, three: list[DeskApplication]
) -> None:
    lobby, gate, annex = three
    for asked, found in (
        ({"q": "fabri"}, [lobby]),
        ({"q": gate.reference}, [gate]),
        ({"q": f" {annex.reference.lower()} "}, [annex]),
        ({"q": "LA-2026-" + "9" * 40}, []),
        ({"verdict": "permitted"}, [lobby]),
        ({"policy": "face-code 1.1"}, [lobby]),
        ({"clause": "N1"}, [gate]),
        ({"clause": "n12"}, [gate, annex]),
        ({"clause": "U2"}, [annex]),
        ({"holder": "nobody"}, [lobby]),
        ({"holder": str(reviewer.pk)}, [gate]),
        ({"holder": "9" * 40}, three),
        ({"late": "yes"}, [gate]),
        ({"late": "yes", "verdict": "permitted"}, []),
        ({"view": "mine"}, []),
        ({"view": "no-such"}, three),
    ):
        assert sorted(titles(as_reviewer, **asked)) == sorted(one.title for one in found), asked
    assert "Nothing fits this filter" in as_reviewer.get("/queue/?clause=N9").content.decode()


def test_days_are_held_against_the_target(
    as_reviewer: Client, three: list[DeskApplication], settings: Settings
) -> None:
    page = as_reviewer.get("/queue/").content.decode()
    assert "30, late" in page
    assert "17, 3 left" in page
    settings.TARGET_DAYS = 10
    page = as_reviewer.get("/queue/").content.decode()
    assert "17, late" in page
    assert "for 10 days at most" in page
    DeskApplication.objects.filter(pk=three[1].pk).update(state=State.DRAFT)
    page = as_reviewer.get("/queue/?view=applicant").content.decode()
    assert "Gate" in page
    assert ", late" not in page, "it is with the applicant"


def test_who_holds_it_and_until_when_is_shown(
    as_reviewer: Client, three: list[DeskApplication]
) -> None:
    until = timezone.now() + timedelta(hours=2)
    DeskApplication.objects.filter(pk=three[1].pk).update(state=State.IN_REVIEW, held_until=until)
    DeskApplication.objects.filter(pk=three[2].pk).update(state=State.IN_REVIEW)
    page = as_reviewer.get("/queue/").content.decode()
    assert timezone.localtime(until).strftime("until %H:%M") in page
    assert page.count("can be claimed") == 1
    assert titles(as_reviewer, view="mine") == ["Gate"]


@pytest.mark.usefixtures("three")
def test_a_view_is_saved_for_whoever_saves_it(as_reviewer: Client) -> None:
    sent = {"query": "view=open&verdict=prohibited&sort=-age&next=//x", "name": " My  view "}
    answer = as_reviewer.post("/queue/views/", sent)
    assert answer["Location"] == "/queue/?view=open&verdict=prohibited&sort=-age"
    view = SavedView.objects.get()
    page = as_reviewer.get(answer["Location"]).content.decode()
    assert "My view" in page
    assert f"/queue/views/{view.pk}/" in page
    as_reviewer.post("/queue/views/", sent | {"query": "view=mine"})
    assert SavedView.objects.get().query == "view=mine", "of two of one name the newer is kept"
    other = signed_in(person("Other", None, Role.REVIEWER))
    assert "My view" not in other.get("/queue/").content.decode()
    other.post(f"/queue/views/{view.pk}/")
    assert SavedView.objects.exists()
    as_reviewer.post(f"/queue/views/{view.pk}/")
    assert not SavedView.objects.exists()
    as_reviewer.post("/queue/views/", sent | {"name": ""})
    for number in range(MOST_SAVED + 5):
        as_reviewer.post("/queue/views/", sent | {"name": str(number)})
    assert SavedView.objects.count() == MOST_SAVED


def test_thousands_of_rows_are_shown_a_page_at_a_time(as_reviewer: Client) -> None:
    first = waits("0000", 5)
    DeskApplication.objects.bulk_create(
        DeskApplication(
            organisation=first.organisation,
            form="f",
            title=f"{number:04}",
            text="x" * 1000,
            policy=first.policy,
            state=State.SUBMITTED,
            submitted_at=first.submitted_at,
            created_by=first.created_by,
        )
        for number in range(1, MANY)
    )
    seen: list[str] = []
    for number in (1, 2, 60):
        with CaptureQueriesContext(
            connection,
        ) as asked:
            seen += titles(as_reviewer, sort="title", page=str(number))
        assert len(asked) < 30, "so many whatever the number of rows"
    assert seen == [f"{n:04}" for n in (*range(100), *range(2950, MANY))]
    page = as_reviewer.get("/queue/?sort=title&q=00&page=2").content.decode()
    assert "q=00&amp;sort=title&amp;page=1" in page
