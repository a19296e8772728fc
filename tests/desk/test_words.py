"""What pages say, and how mistakes are tied to the inputs that they are about."""

from __future__ import annotations

import re

import pytest
from django.test import Client
from django.urls import reverse

from clausewise.desk.interview.drafts import draft_of, with_backing
from clausewise.desk.interview.questions import page_of
from clausewise.desk.pages.templatetags.desk import before_more, marked, said
from clausewise.desk.records.models import DeskApplication, Person, Role
from clausewise.desk.workflow.today import today
from tests.desk.conftest import person, signed_in
from tests.desk.journey import OFFICE

POLICY = "face-code-of-conduct 2.0"
SUMMARY = re.compile(r'<li><a href="#([^"]+)">')


def test_what_pages_offer_is_called_in_sentences_as_there() -> None:
    ask = "Through what? (`none` for pictures <b> of `people`)"
    assert marked(ask) == "Through what? (“None” for pictures &lt;b&gt; of <code>people</code>)"
    assert said(ask) == "Through what? (“None” for pictures <b> of people)"
    assert [before_more(one) for one in ("Name", "Who is it?")] == ["Name:", "Who is it?"]


def test_a_description_calls_other_terms_as_the_page_does() -> None:
    draft = draft_of(with_backing(OFFICE.read_text(encoding="utf-8")), POLICY, today())
    todo, about = [*page_of(draft, "check-in", "purpose").choices], {}
    while todo:
        choice = todo.pop()
        about[choice.value] = choice.about
        todo += choice.below
    assert "“Duplicate or blocked users”" in about["watchlist-alert"]
    assert not any("`" in one for one in about.values())


@pytest.mark.parametrize("sent", [{}, {"evidence-facts": "check-in.by"}])
def test_what_is_wrong_with_evidence_leads_to_its_input(
    as_member: Client, begun: DeskApplication, sent: dict[str, str]
) -> None:
    begun.text = re.sub(" *evidence .*", "", OFFICE.read_text(encoding="utf-8"))
    begun.text = with_backing(begun.text)
    begun.save()
    page = as_member.post(reverse("evidence", args=[begun.pk]), sent)
    assert page.status_code == 422
    _leads_to_inputs(page.content.decode())


def test_nobody_is_entered_without_a_role_and_is_led_to_it(db: None) -> None:  # noqa: ARG001
    admin = signed_in(person("Admin", None, Role.ADMINISTRATOR))
    page = admin.post("/people/", {"name": "Zoë", "email": "zoe@example.org"}).content.decode()
    _leads_to_inputs(page)
    assert "<title>Error: " in page


def test_no_input_says_in_itself_what_it_is_for(db: None) -> None:  # noqa: ARG001
    for address in ("/sign-in/", "/register/", "/password/forgotten/"):
        assert "placeholder" not in Client().get(address).content.decode()


def test_a_decision_that_nothing_allows_asks_for_no_letter(
    as_reviewer: Client, reviewer: Person, gate: DeskApplication
) -> None:
    assert gate.holder == reviewer
    page = as_reviewer.get(reverse("decide", args=[gate.pk])).content.decode()
    assert "It cannot be decided while the verdict is open." in page
    assert 'name="letter"' not in page


def _leads_to_inputs(page: str) -> None:
    """Each mistake of the summary is a link to what is there on the page, and stands there, too."""
    found = SUMMARY.findall(page)
    assert found
    for one in found:
        assert f'id="{one}"' in page
    assert page.count('class="msg"') == len(found)
