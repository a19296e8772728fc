"""Who sees what: every address of the desk by everybody who may come, in each state of an application."""

from __future__ import annotations

import re
from collections.abc import Mapping
from itertools import chain
from pathlib import Path

import pytest
from django.test import Client
from django.urls import reverse

from clausewise.desk.interview.forms import forms
from clausewise.desk.records.models import (
    Decision,
    DeskApplication,
    FactQuestion,
    Organisation,
    Person,
    PersonalJudgement,
    Role,
    State,
)
from clausewise.desk.site.urls import urlpatterns
from clausewise.desk.workflow import actions
from clausewise.desk.workflow.locks import NotAllowedError
from clausewise.desk.workflow.table import STEPS, Who, may
from tests.conftest import ROOT
from tests.desk.conftest import decided, person, signed_in

WHO = (
    "nobody",
    "member",
    "elsewhere",
    "reviewer",
    "holder",
    "conflicted",
    "lead",
    "administrator",
    "auditor",
)
"""`elsewhere` is a member of another organisation, `conflicted` a reviewer who is a member of the same."""
SEEN: Mapping[str, tuple[int, ...]] = {
    # nobody, member, elsewhere, reviewer, holder, conflicted, lead, administrator, auditor
    "home": (302, 302, 302, 302, 302, 302, 302, 302, 302),
    "account_login": (200, 302, 302, 302, 302, 302, 302, 302, 302),
    "account_logout": (302, 200, 200, 200, 200, 200, 200, 200, 200),
    "account_signup": (200, 302, 302, 302, 302, 302, 302, 302, 302),
    "account_email_verification_sent": (200, 200, 200, 200, 200, 200, 200, 200, 200),
    "account_confirm_email": (200, 200, 200, 200, 200, 200, 200, 200, 200),
    "account_inactive": (200, 200, 200, 200, 200, 200, 200, 200, 200),
    "account_reauthenticate": (302, 200, 200, 200, 200, 200, 200, 200, 200),
    "socialaccount_login_cancelled": (200, 200, 200, 200, 200, 200, 200, 200, 200),
    "openid_connect_login": (404, 404, 404, 404, 404, 404, 404, 404, 404),
    "openid_connect_callback": (404, 404, 404, 404, 404, 404, 404, 404, 404),
    "account_change_password": (302, 200, 200, 200, 200, 200, 200, 200, 200),
    "account_reset_password": (200, 200, 200, 200, 200, 200, 200, 200, 200),
    "account_reset_password_done": (200, 200, 200, 200, 200, 200, 200, 200, 200),
    "account_reset_password_from_key": (200, 200, 200, 200, 200, 200, 200, 200, 200),
    "account_reset_password_from_key_done": (200, 200, 200, 200, 200, 200, 200, 200, 200),
    "mfa_index": (302, 200, 200, 200, 200, 200, 200, 200, 200),
    "mfa_authenticate": (302, 302, 302, 302, 302, 302, 302, 302, 302),
    "mfa_reauthenticate": (302, 302, 302, 302, 302, 302, 302, 302, 302),
    "mfa_activate_totp": (302, 302, 302, 302, 302, 302, 302, 302, 302),
    "mfa_deactivate_totp": (302, 404, 404, 404, 404, 404, 404, 404, 404),
    "mfa_list_webauthn": (302, 200, 200, 200, 200, 200, 200, 200, 200),
    "mfa_add_webauthn": (302, 302, 302, 302, 302, 302, 302, 302, 302),
    "mfa_remove_webauthn": (302, 302, 302, 302, 302, 302, 302, 302, 302),
    "mfa_reauthenticate_webauthn": (302, 302, 302, 302, 302, 302, 302, 302, 302),
    "mfa_view_recovery_codes": (302, 404, 404, 404, 404, 404, 404, 404, 404),
    "mfa_generate_recovery_codes": (302, 302, 302, 302, 302, 302, 302, 302, 302),
    "mfa_download_recovery_codes": (302, 404, 404, 404, 404, 404, 404, 404, 404),
    "organisation": (302, 200, 200, 404, 404, 200, 404, 404, 404),
    "take_out": (302, 405, 405, 405, 405, 405, 405, 405, 405),
    "tokens": (302, 200, 200, 404, 404, 200, 404, 404, 404),
    "take_out_token": (302, 405, 405, 405, 405, 405, 405, 405, 405),
    "api_save": (405, 405, 405, 405, 405, 405, 405, 405, 405),
    "api_state": (401, 401, 401, 401, 401, 401, 401, 401, 401),
    "api_send_file": (405, 405, 405, 405, 405, 405, 405, 405, 405),
    "api_submit": (405, 405, 405, 405, 405, 405, 405, 405, 405),
    "applications": (302, 200, 200, 200, 200, 200, 200, 200, 200),
    "begin": (302, 200, 200, 404, 404, 200, 404, 404, 404),
    "application": (302, 200, 404, 404, 404, 200, 404, 404, 404),
    "following": (302, 302, 404, 404, 404, 302, 404, 404, 404),
    "add": (302, 405, 404, 404, 404, 405, 404, 404, 404),
    "remove": (302, 405, 404, 404, 404, 405, 404, 404, 404),
    "bring_back": (302, 405, 404, 404, 404, 405, 404, 404, 404),
    "entity": (302, 302, 404, 404, 404, 302, 404, 404, 404),
    "question": (302, 302, 404, 404, 404, 302, 404, 404, 404),
    "evidence": (302, 302, 404, 404, 404, 302, 404, 404, 404),
    "own_file": (302, 200, 404, 404, 404, 200, 404, 404, 404),
    "check": (302, 302, 404, 404, 404, 302, 404, 404, 404),
    "text": (302, 302, 404, 404, 404, 302, 404, 404, 404),
    "download": (302, 200, 404, 404, 404, 200, 404, 404, 404),
    "withdraw": (302, 200, 404, 404, 404, 200, 404, 404, 404),
    "fulfil": (302, 405, 404, 404, 404, 405, 404, 404, 404),
    "again": (302, 200, 404, 404, 404, 200, 404, 404, 404),
    "appeal": (302, 302, 404, 404, 404, 302, 404, 404, 404),
    "queue": (302, 404, 404, 200, 200, 200, 200, 404, 200),
    "save_view": (302, 404, 404, 405, 405, 405, 405, 404, 404),
    "forget_view": (302, 404, 404, 405, 405, 405, 405, 404, 404),
    "dossier_style": (200, 200, 200, 200, 200, 200, 200, 200, 200),
    "dossier": (302, 404, 404, 200, 200, 403, 200, 404, 200),
    "seen_version": (302, 404, 404, 200, 200, 403, 200, 404, 200),
    "seen_file": (302, 404, 404, 200, 200, 403, 200, 404, 200),
    "export": (302, 404, 404, 200, 200, 403, 200, 404, 200),
    "claim": (302, 404, 404, 405, 405, 403, 405, 404, 404),
    "assign": (302, 404, 404, 302, 302, 403, 200, 404, 404),
    "release": (302, 404, 404, 405, 405, 403, 405, 404, 404),
    "recuse": (302, 404, 404, 200, 200, 403, 200, 404, 404),
    "give_back": (302, 404, 404, 302, 200, 403, 302, 404, 404),
    "ask_which": (302, 404, 404, 302, 200, 403, 302, 404, 404),
    "ask": (302, 404, 404, 302, 200, 403, 302, 404, 404),
    "take_back": (302, 404, 404, 405, 405, 403, 405, 404, 404),
    "judge": (302, 404, 404, 302, 200, 403, 302, 404, 404),
    "decide": (302, 404, 404, 302, 200, 403, 302, 404, 404),
    "second": (302, 404, 404, 302, 302, 403, 302, 404, 404),
    "revoke": (302, 404, 404, 302, 302, 403, 302, 404, 404),
    "reopen": (302, 404, 404, 302, 302, 403, 302, 404, 404),
    "tasks": (302, 404, 404, 200, 200, 200, 200, 404, 404),
    "judge_again": (302, 404, 404, 405, 405, 405, 405, 404, 404),
    "inform": (302, 404, 404, 404, 404, 404, 405, 404, 404),
    "close_task": (302, 404, 404, 405, 405, 405, 405, 404, 404),
    "statistics": (302, 404, 404, 200, 200, 200, 200, 404, 200),
    "work_out": (302, 404, 404, 405, 405, 405, 405, 404, 405),
    "letter": (302, 404, 404, 404, 404, 404, 404, 404, 404),
    "letter_pdf": (302, 404, 404, 404, 404, 404, 404, 404, 404),
    "package": (302, 404, 404, 404, 404, 404, 404, 404, 404),
    "public_key": (200, 200, 200, 200, 200, 200, 200, 200, 200),
    "key_of": (404, 404, 404, 404, 404, 404, 404, 404, 404),
    "people": (302, 404, 404, 404, 404, 404, 404, 200, 404),
    "person": (302, 404, 404, 404, 404, 404, 404, 200, 404),
    "policies": (302, 404, 404, 404, 404, 404, 404, 200, 200),
    "pin_form": (302, 404, 404, 404, 404, 404, 404, 405, 404),
    "mail": (302, 200, 200, 200, 200, 200, 200, 200, 200),
    "audit": (302, 404, 404, 404, 404, 404, 404, 404, 200),
    "verify_audit": (302, 404, 404, 404, 404, 404, 404, 404, 405),
    "heads": (302, 404, 404, 404, 404, 404, 404, 404, 200),
}
"""What everybody is answered who asks for a page about an application in review, that of `member`."""
PLACES = {
    "form": "face-registration",
    "type_": "use",
    "provider_id": "oidc",
    "of": "no-key",
    "uidb36": "1",
    "key": "no-key",
    "entity": "check-in",
    "fact": "law.against-terms",
    "number": 1,
}


@pytest.fixture
def everybody(member: Person, submitted: DeskApplication) -> dict[str, Client]:
    """Everybody who may come, each in a browser of their own."""
    holder = person("Holder", None, Role.REVIEWER)
    actions.claim(holder, submitted.pk)
    return {
        "nobody": Client(),
        "member": signed_in(member),
        "elsewhere": signed_in(person("Else", Organisation.objects.create(name="Other"))),
        "reviewer": signed_in(person("Reviewer", None, Role.REVIEWER)),
        "holder": signed_in(holder),
        "conflicted": signed_in(person("Both", submitted.organisation, Role.REVIEWER)),
        "lead": signed_in(person("Lead", None, Role.LEAD)),
        "administrator": signed_in(person("Admin", None, Role.ADMINISTRATOR)),
        "auditor": signed_in(person("Auditor", None, Role.AUDITOR)),
    }


def address(name: str, key: int) -> str:
    """An address, with its places filled in."""
    pattern = next(one for one in urlpatterns if one.name == name)
    wanted = pattern.pattern.converters
    places = PLACES | {"fact": "check-in.timing"} if name == "ask" else PLACES
    places = places if "uidb36" in wanted else {k: v for k, v in places.items() if k != "key"}
    return reverse(name, kwargs={place: places.get(place, key) for place in wanted})


def test_every_address_is_in_the_table() -> None:
    assert [pattern.name for pattern in urlpatterns] == list(SEEN)


def test_everybody_sees_what_the_table_says(
    everybody: dict[str, Client], submitted: DeskApplication
) -> None:
    answers = {
        name: [client.get(address(name, submitted.pk)) for client in everybody.values()]
        for name in SEEN
    }
    assert {name: tuple(one.status_code for one in told) for name, told in answers.items()} == SEEN
    for told in chain.from_iterable(answers.values()):  # pages, files, refusals
        assert "default-src 'none'" in told["Content-Security-Policy"], told.request
        safe = (told["X-Content-Type-Options"], told["X-Frame-Options"], told["Referrer-Policy"])
        assert safe == ("nosniff", "DENY", "same-origin"), told.request


def test_a_form_of_another_site_is_taken_by_no_address(
    member: Person, submitted: DeskApplication
) -> None:
    """Those of programs go by a token, which no browser sends by itself."""
    client = Client(enforce_csrf_checks=True)
    client.force_login(member, backend="allauth.account.auth_backends.AuthenticationBackend")
    found = {name: client.post(address(name, submitted.pk)).status_code for name in SEEN}
    others = {name: status for name, status in found.items() if status != 403}
    assert others == {"api_save": 401, "api_state": 405, "api_send_file": 401, "api_submit": 401}


def test_nothing_is_changed_by_who_may_not(
    everybody: dict[str, Client], submitted: DeskApplication
) -> None:
    """Every address is sent a form by all but those who may: it changes neither the state nor the holder."""
    before = DeskApplication.objects.values().get(pk=submitted.pk)
    sent = {"declared": "yes", "kind": "approved", "letter": "x", "note": "x", "value": "yes"}
    sent |= {"reason": "x", "name": "another", "text": "x", "base": "x", "title": "x"}
    about = [name for name in SEEN if "key" in address_places(name) and name != "recuse"]
    for name in about:
        for who in ("nobody", "elsewhere", "reviewer", "conflicted", "administrator", "auditor"):
            if (name, who) != ("withdraw", "conflicted"):  # who is a member as well
                everybody[who].post(address(name, submitted.pk), sent)
    assert DeskApplication.objects.values().get(pk=submitted.pk) == before


def address_places(name: str) -> set[str]:
    return set(next(one for one in urlpatterns if one.name == name).pattern.converters)


@pytest.mark.parametrize(
    ("role", "place"),
    [
        (Role.REVIEWER, "/queue/"),
        (Role.LEAD, "/queue/"),
        (Role.ADMINISTRATOR, "/people/"),
        (Role.AUDITOR, "/audit/"),
    ],
)
@pytest.mark.django_db
def test_everybody_begins_where_they_work(role: Role, place: str) -> None:
    assert signed_in(person("Somebody", None, role)).get("/")["Location"] == place


def test_whoever_withdraws_is_asked_first(as_member: Client, begun: DeskApplication) -> None:
    address = f"/applications/{begun.pk}/withdraw/"
    overview = as_member.get(f"/applications/{begun.pk}/").content.decode()
    assert f'href="{address}"' in overview
    assert f'action="{address}"' not in overview
    assert "Withdraw “Office touchless access”?" in as_member.get(address).content.decode()
    begun.refresh_from_db()
    assert begun.state == State.DRAFT
    as_member.post(address)
    begun.refresh_from_db()
    assert begun.state == State.WITHDRAWN
    assert as_member.get(address).status_code == 302


def test_letters_are_for_both_sides_alone(
    everybody: dict[str, Client], submitted: DeskApplication
) -> None:
    decided(submitted, State.APPROVED, Person.objects.get(name="Holder"))
    for name in ("letter", "letter_pdf", "package"):
        found = {
            who: c.get(address(name, submitted.pk)).status_code for who, c in everybody.items()
        }
        seen = {"member", "reviewer", "holder", "conflicted", "lead", "auditor"}
        assert {who for who, status in found.items() if status == 200} == seen


def test_drafts_are_in_no_list_of_reviewers(as_reviewer: Client, begun: DeskApplication) -> None:
    for view in ("open", "mine", "unassigned", "decided"):
        assert begun.title not in as_reviewer.get(f"/queue/?view={view}").content.decode()
    assert as_reviewer.get(f"/queue/{begun.pk}/").status_code == 404


def test_the_queue_shows_nobody_their_own(submitted: DeskApplication) -> None:
    both = signed_in(person("Both", submitted.organisation, Role.REVIEWER))
    assert submitted.title not in both.get("/queue/").content.decode()


# the workflow


BY = {
    Who.MEMBER: {"A Reyes"},
    Who.REVIEWER: {"M Okafor", "Lead"},
    Who.SECOND: {"M Okafor", "Lead"},
    Who.HOLDER: {"M Okafor"},
    Who.LEAD: {"Lead"},
}
"""Which of a member, a reviewer who holds it but where they are the second, and a lead takes an action."""


@pytest.mark.parametrize("role", Role)
@pytest.mark.parametrize("action", STEPS)
def test_nobody_acts_on_an_application_of_their_own_organisation_but_as_a_member(
    submitted: DeskApplication, action: str, role: Role
) -> None:
    step = STEPS[action]
    both = person("Both", submitted.organisation, role)
    submitted.state, submitted.holder = step.states[0], both
    decided(submitted, State.APPROVED, person("Decided", None, Role.REVIEWER))
    assert may(both, action, submitted) == (step.who is Who.MEMBER)


@pytest.mark.parametrize("action", STEPS)
@pytest.mark.parametrize("state", State)
def test_an_action_is_open_in_its_states_alone(
    submitted: DeskApplication, reviewer: Person, action: str, state: State
) -> None:
    submitted.state, submitted.holder = state, None if action == "second" else reviewer
    if action in ("revoke", "appeal"):
        decided(submitted, State.APPROVED, person("Decided", None, Role.REVIEWER))
    everybody = (submitted.created_by, reviewer, person("Lead", None, Role.LEAD))
    allowed = {who.name for who in everybody if may(who, action, submitted)}
    assert allowed == (BY[STEPS[action].who] if state in STEPS[action].states else set())


def test_the_page_shows_the_workflow() -> None:
    page = (ROOT / "docs" / "desk.md").read_text(encoding="utf-8")
    rows = re.findall(r"^\| `([a-z-]+)` \| (.*) \| (.*) \| (.*) \|$", page, re.MULTILINE)
    shown = {action: (who, states, to) for action, who, states, to in rows}
    assert shown == {
        action: (step.who.value, ", ".join(step.states), str(step.to or step.states[0]))
        for action, step in STEPS.items()
    }


def test_the_form_of_the_page_is_one(tmp_path: Path) -> None:
    page = (ROOT / "docs" / "desk.md").read_text(encoding="utf-8")
    (text,) = re.findall(r"```design\n(.*?)```", page, re.DOTALL)
    (tmp_path / "liveness.design").write_text(text, encoding="utf-8")
    form = forms([tmp_path])["liveness"]
    assert form.title == "A mask got through"
    assert form.about.startswith("Report that a mask got through.")
    assert form.text.startswith("report ")


def test_of_two_who_claim_one_wins(submitted: DeskApplication, reviewer: Person) -> None:
    other = person("Other", None, Role.REVIEWER)
    both = [signed_in(reviewer), signed_in(other)]
    found = [one.post(f"/queue/{submitted.pk}/claim/").status_code for one in both]
    assert found == [302, 409]
    submitted.refresh_from_db()
    assert submitted.holder == reviewer


def test_what_was_submitted_is_not_edited(submitted: DeskApplication) -> None:
    with pytest.raises(NotAllowedError):
        actions.edit(submitted.created_by, submitted.pk, lambda _: "x")


def test_a_text_that_somebody_has_changed_meanwhile_is_not_overwritten(
    as_member: Client, begun: DeskApplication
) -> None:
    base = begun.text
    as_member.post(f"/applications/{begun.pk}/add/use/", {"name": "Check in"})
    sent = {"text": base.replace("Office", "Home"), "base": base}
    page = as_member.post(f"/applications/{begun.pk}/text/", sent)
    assert page.status_code == 409
    assert "Home" in page.content.decode()
    begun.refresh_from_db()
    assert "use check-in" in begun.text


def based(page: str) -> str:
    """What a page says of what it showed."""
    found = re.search(r'name="base" value="([0-9a-f]{64})"', page)
    assert found
    return found[1]


CHANGED = "It was changed meanwhile. Look at it as it is now, and send this again"


def test_answers_that_somebody_has_changed_meanwhile_are_not_submitted_unseen(
    as_member: Client, submitted: DeskApplication, reviewer: Person
) -> None:
    key = submitted.pk
    actions.claim(reviewer, key)
    actions.give_back(reviewer, key, "Which room?")
    place = f"/applications/{key}/check/"
    sent = {"declared": "yes", "reply": "The first."}
    sent["base"] = based(as_member.get(place).content.decode())
    actions.edit(submitted.created_by, key, lambda now: now.text + "# by another member\n")
    page = as_member.post(place, sent)
    text = page.content.decode()
    assert (page.status_code, CHANGED in text, "The first." in text) == (409, True, True)
    submitted.refresh_from_db()
    assert (submitted.state, submitted.versions.count()) == (State.DRAFT, 1)
    assert as_member.post(place, sent | {"base": based(text)}).status_code == 302
    assert submitted.versions.count() == 2


@pytest.mark.parametrize(
    ("place", "sent"),
    [
        ("judge/safety.harm/", {"value": "no", "reason": "I stood under it."}),
        ("decide/", {"kind": "refused", "letter": "I stood under it."}),
        ("ask/front.sign/", {"text": "I stood under it."}),
        ("give-back/", {"note": "I stood under it."}),
    ],
)
def test_what_was_changed_meanwhile_is_not_reviewed_unseen(
    gate: DeskApplication, as_reviewer: Client, reviewer: Person, place: str, sent: dict[str, str]
) -> None:
    for who in (reviewer, person("Second", None, Role.REVIEWER)):
        actions.give_judgement(who, gate.pk, "safety", "harm", "yes", "It falls.")
    place = f"/queue/{gate.pk}/{place}"
    sent = sent | {"base": based(as_reviewer.get(place).content.decode())}
    actions.give_back(reviewer, gate.pk, "Why?")
    actions.submit(gate.created_by, gate.pk)
    actions.claim(reviewer, gate.pk)
    for who in (reviewer, Person.objects.get(name="Second")):
        actions.give_judgement(who, gate.pk, "safety", "harm", "yes", "It falls still.")
    said = PersonalJudgement.objects.count()
    page = as_reviewer.post(place, sent)
    text = page.content.decode()
    assert (page.status_code, CHANGED in text, "I stood under it." in text) == (409, True, True)
    assert (PersonalJudgement.objects.count(), Decision.objects.count()) == (said, 0)
    assert FactQuestion.objects.count() == 0
    sent |= {"base": based(text)}
    assert as_reviewer.post(place, sent).status_code == 302
    if "judge" not in place:  # what is judged twice counts once
        assert as_reviewer.post(place, sent).status_code == 409, "it was pressed twice"


def test_a_text_with_mistakes_is_told_of_line_by_line(
    as_member: Client, begun: DeskApplication
) -> None:
    text = begun.text + "\nuse check-in {\n  purpose  no-such-purpose\n}\n"
    page = as_member.post(f"/applications/{begun.pk}/text/", {"text": text, "base": begun.text})
    assert page.status_code == 422
    assert "Line 5" in page.content.decode()
    assert "no-such-purpose" in page.content.decode()
