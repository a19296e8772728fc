"""What applicants send is judged in a process of its own first: where that hangs or dies, a page says so."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from django.test import Client

from clausewise.desk.interview.forms import forms
from clausewise.desk.records.models import AuditEvent, DeskApplication, State
from clausewise.desk.workflow.today import today
from clausewise.workers.warm import WarmWorkers, try_first_in
from tests.conftest import ROOT
from tests.desk.in_workers import dies, hangs, verdict_to, works

CASE = ROOT / "examples" / "case-01-rite-aid.design"


@pytest.fixture
def judged_in() -> Iterator[Callable[[Callable[[], None]], None]]:
    """From now on, judge in such a worker first."""
    yield lambda begin: try_first_in(WarmWorkers(begin, seconds=20 if begin is works else 0.5))
    try_first_in(None)


@pytest.mark.parametrize(
    ("begin", "why"), [(hangs, "longer than 0.5 seconds"), (dies, "its process died")]
)
def test_what_is_not_judged_in_time_is_told_of_and_changes_nothing(
    begin: Callable[[], None],
    why: str,
    judged_in: Callable[[Callable[[], None]], None],
    begun: DeskApplication,
    as_member: Client,
    caplog: pytest.LogCaptureFixture,
) -> None:
    judged_in(begin)
    before, events = begun.text, AuditEvent.objects.count()
    page = f"/applications/{begun.pk}/"
    sent = {"text": CASE.read_text(encoding="utf-8"), "base": before}
    for address, data in (
        (f"{page}text/", sent),
        (f"{page}add/actor/", {"name": "Somebody New"}),
    ):
        answer = as_member.post(address, data)
        assert answer.status_code == 503
        assert "could not be judged in time" in answer.content.decode()
    assert caplog.text.count(why) == 2
    begun.refresh_from_db()
    assert (begun.text, AuditEvent.objects.count()) == (before, events)
    assert as_member.get(page).status_code == 200, "what is kept is still shown"


def test_what_is_not_judged_in_time_is_not_submitted(
    judged_in: Callable[[Callable[[], None]], None], submitted: DeskApplication, as_member: Client
) -> None:
    DeskApplication.objects.update(state=State.DRAFT)
    judged_in(hangs)
    address = f"/applications/{submitted.pk}/check/"
    assert as_member.post(address, {"declared": "yes"}).status_code == 503
    submitted.refresh_from_db()
    assert (submitted.state, submitted.versions.count()) == (State.DRAFT, 1)


def test_the_worker_comes_to_the_same(
    judged_in: Callable[[Callable[[], None]], None],
    as_member: Client,
    begun: DeskApplication,
    tmp_path: Path,
) -> None:
    """All is as without one: an answer is written down, and of each case the outcomes are the same."""
    judged_in(works)
    sent = {"text": CASE.read_text(encoding="utf-8"), "base": begun.text}
    assert as_member.post(f"/applications/{begun.pk}/text/", sent).status_code == 302
    assert as_member.get(f"/applications/{begun.pk}/check/").status_code == 200
    begun.refresh_from_db()
    assert "Pharmacies matched everyone" in begun.text
    policy, workers = forms()["face-registration"].policy, WarmWorkers(works)
    for number, path in enumerate(sorted((ROOT / "examples").glob("case-*.design"))[::9]):
        text, there, here = path.read_text("utf-8"), tmp_path / f"t{number}", tmp_path / "here"
        workers.try_out(verdict_to, there, text, policy, today())
        verdict_to(here, text, policy, today())
        assert there.read_text() == here.read_text()
