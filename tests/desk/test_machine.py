"""The workflow as a state machine: whoever does what in whichever order, some things never happen.

Nothing is approved that is not permitted; no answer is lost; the audit trail is whole; and nobody sees, judges or
decides what they may not.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Callable
from datetime import timedelta
from pathlib import Path

import pytest
from django.db import transaction
from hypothesis import HealthCheck, settings, strategies as st
from hypothesis.stateful import (
    RuleBasedStateMachine,
    initialize,
    invariant,
    precondition,
    rule,
    run_state_machine_as_test,
)

from clausewise.desk.interview.forms import forms
from clausewise.desk.judging.attesting import WrittenLetter
from clausewise.desk.keeping.files import KeptFile
from clausewise.desk.pages.access import reviewable, sees_letter, theirs
from clausewise.desk.records import audit
from clausewise.desk.records.models import (
    AuditEvent,
    Conflict,
    Decision,
    DeskApplication,
    FactQuestion,
    Organisation,
    Person,
    PersonalJudgement,
    Role,
    State,
    TakenBack,
    Version,
)
from clausewise.desk.workflow import actions
from clausewise.desk.workflow.asking import ask, asked_of, reply, take_back
from clausewise.desk.workflow.decisions import appeal, decide, fulfil, reopen
from clausewise.desk.workflow.evidence import attach
from clausewise.desk.workflow.locks import NotAllowedError
from clausewise.desk.workflow.opinions import visible
from clausewise.desk.workflow.standing import wrong_with_applications
from clausewise.desk.workflow.table import STEPS
from clausewise.desk.workflow.today import judged_then, today
from tests.desk import gates
from tests.desk.conftest import person

LETTER = WrittenLetter(b"%PDF", b"{}", "key")
SOON = today() + timedelta(days=30)
ALL = ("member", "elsewhere", "first", "second", "third", "both")
"""`elsewhere` is a member of another organisation; `both` reviews, and is a member of the one that applies."""
SELDOM = 7
SIDES = {
    **dict.fromkeys(("edit", "show", "submit", "withdraw", "fulfil", "appeal"), ("member", "both")),
    "reply": ("member", "both"),
    **dict.fromkeys(("claim", "release", "give-back", "judge"), ("first", "second", "third")),
    **dict.fromkeys(("ask", "take-back"), ("first", "second", "third")),
    **dict.fromkeys(("decide", "recuse"), ("first", "second", "third")),
    **dict.fromkeys(("revoke", "reopen"), ("third",)),
}
"""Who can ever do what. The table of the workflow is not asked for it."""


def by(action: str) -> st.SearchStrategy[str]:
    """Who does something: mostly those who ever can, and of reviewers whoever holds it."""
    can = SIDES[action]
    return st.sampled_from((*can, *(can if "member" in can else ("holder",) * 4), *ALL))


def in_state(action: str) -> Callable[[Workflow], bool]:
    """Whether an action is open to somebody in the state in which it is: else it is tried by chance alone."""
    return lambda self: self.application.state in STEPS[action].states


class Workflow(RuleBasedStateMachine):
    """One application, and people who do what they can with it."""

    folder: Path
    done: Counter[str]

    def __init__(self) -> None:
        """Begin an application, in a transaction of which nothing is kept."""
        super().__init__()
        self._all = transaction.atomic()
        self._all.__enter__()
        own, other = (Organisation.objects.create(name=name) for name in ("Contoso", "Other"))
        self.people = {
            "member": person("Member", own),
            "elsewhere": person("Elsewhere", other),
            "both": person("Both", own, Role.REVIEWER),
            **{who: person(who, None, Role.REVIEWER) for who in ("first", "second")},
            "third": person("third", None, Role.LEAD),
        }
        form = forms([self.folder])["gate"]
        self.key = actions.start(self.people["member"], form, "North gate").pk
        self.text = self.application.text
        self.frozen: dict[int, str] = {}

    @initialize(
        steps=st.sampled_from((0, 4, 6, 7, 8, 9)),
        sign=st.sampled_from(("yes", "no")),
        alarm=st.sampled_from(("yes", "")),
    )
    def begin_somewhere(self, steps: int, sign: str, alarm: str) -> None:
        """Go some way from a draft to a decision, for by chance alone few get so far."""
        kind = State.REFUSED if sign == "no" else State.APPROVED if alarm else State.CONDITIONAL
        way: list[Callable[[], None]] = [
            lambda: self.edit("member", sign, alarm),
            lambda: self.show("member") if alarm else None,
            lambda: self.submit("member"),
            lambda: self.claim("first"),
            lambda: self.judge("first", "no"),
            lambda: self.judge("second", "no"),
            lambda: self.decide("first", kind),
            {
                State.APPROVED: lambda: self.revoke("third"),
                State.CONDITIONAL: lambda: self.fulfil("member"),
                State.REFUSED: lambda: self.appeal("member"),
            }[kind],
            lambda: self.appeal("member") if kind == State.APPROVED else self.claim("third"),
        ]
        for act in way[:steps]:
            act()

    def teardown(self) -> None:
        """Keep nothing."""
        transaction.set_rollback(True)
        self._all.__exit__(None, None, None)

    @property
    def application(self) -> DeskApplication:
        """As it is now."""
        return DeskApplication.objects.get(pk=self.key)

    def tried(self, who: str, action: str, act: Callable[[Person], object]) -> bool:
        """Whether somebody could do something; if not, nothing is changed."""
        if who == "holder":
            held = self.application.holder
            who = next((name for name, one in self.people.items() if one == held), "first")
        before = DeskApplication.objects.values_list().get(pk=self.key), AuditEvent.objects.count()
        conflicts = Conflict.objects.filter(person=self.people[who]).exists()
        try:
            with transaction.atomic():  # as each request has it
                act(self.people[who])
        except (NotAllowedError, Version.DoesNotExist):
            after = DeskApplication.objects.values_list().get(pk=self.key)
            assert (after, AuditEvent.objects.count()) == before, "it was not allowed, and yet done"
            return False
        self.done[action] += 1
        assert who in SIDES[action]
        assert action == "recuse" or not conflicts
        return True

    @precondition(in_state("edit"))
    @rule(
        who=by("edit"),
        sign=st.sampled_from(("yes", "no")),
        alarm=st.sampled_from(("yes", "no", "")),
    )
    def edit(self, who: str, sign: str, alarm: str) -> None:
        """Answer."""
        line = f"  alarm  {alarm}\n" if alarm else ""
        text = gates.DESIGN.replace("  sign  yes\n", f"{line}  sign  {sign}\n")
        if self.tried(who, "edit", lambda one: actions.edit(one, self.key, lambda _: text)):
            self.text = text

    @precondition(in_state("edit"))
    @rule(who=by("edit"))
    def show(self, who: str) -> None:
        """Let a file stand beside an answer, if there is one that it shows."""
        paper = KeptFile("plan.txt", "0" * 64, 6)

        def act(one: Person) -> None:
            try:
                attach(one, self.key, ["front.alarm"], paper)
            except KeyError:
                raise NotAllowedError from None

        if self.tried(who, "show", act):
            before, self.text = self.text, self.application.text
            assert (
                re.sub(r"  +evidence .*", "", self.text).split()
                == re.sub(r"  +evidence .*", "", before).split()
            )

    @precondition(in_state("submit"))
    @rule(who=by("submit"))
    def submit(self, who: str) -> None:
        """Freeze a version."""
        if self.tried(who, "submit", lambda one: actions.submit(one, self.key)):
            self.frozen[self.application.newest.pk] = self.text

    @precondition(in_state("withdraw"))
    @rule(who=by("withdraw"), which=st.integers(1, 20))
    def withdraw(self, who: str, which: int) -> None:
        """Give it up, now and then."""
        if which == SELDOM:
            self.tried(who, "withdraw", lambda one: actions.withdraw(one, self.key))

    @precondition(in_state("claim"))
    @rule(who=by("claim"))
    def claim(self, who: str) -> None:
        """Take it on."""
        held = self.application.holder
        if self.tried(who, "claim", lambda one: actions.claim(one, self.key)):
            assert held is None, "nobody takes it from who holds it"

    @precondition(in_state("release"))
    @rule(who=by("release"))
    def release(self, who: str) -> None:
        """Let go of it."""
        self.tried(who, "release", lambda one: actions.release(one, self.key))

    @precondition(in_state("give-back"))
    @rule(who=by("give-back"))
    def give_back(self, who: str) -> None:
        """Ask for more."""
        self.tried(who, "give-back", lambda one: actions.give_back(one, self.key, "More."))

    @precondition(in_state("ask"))
    @rule(who=by("ask"))
    def ask(self, who: str) -> None:
        """Ask at an answer."""
        self.tried(who, "ask", lambda one: ask(one, self.key, "front.alarm", "Which one?"))

    @precondition(lambda self: bool(asked_of(self.application)))
    @rule(who=by("reply"), text=st.sampled_from(("A bell.", "None yet.")))
    def reply(self, who: str, text: str) -> None:
        """Reply to what is asked there."""
        self.tried(who, "reply", lambda one: reply(one, self.key, "front.alarm", text))

    @precondition(lambda _: FactQuestion.objects.exists())
    @rule(who=by("take-back"))
    def take_back(self, who: str) -> None:
        """Take back what was asked last, which nobody does but who asked it."""
        asked = FactQuestion.objects.order_by("-pk").first()
        assert asked
        was = State(self.application.state)
        untouched = self.frozen.get(asked.version_id) == self.text
        if self.tried(who, "take-back", lambda one: take_back(one, self.key, asked.pk)):
            assert TakenBack.objects.get(question=asked).person == asked.person
            now = State(self.application.state)
            assert now == was or (was, now, untouched) == (State.DRAFT, State.SUBMITTED, True)

    @precondition(in_state("judge"))
    @rule(who=by("judge"), value=st.sampled_from(("no", "no", "yes")))
    def judge(self, who: str, value: str) -> None:
        """Judge what two are to judge."""

        def act(one: Person) -> object:
            return actions.give_judgement(one, self.key, "safety", "harm", value, f"{who} looked.")

        self.tried(who, "judge", act)

    @precondition(in_state("approve"))
    @rule(
        who=by("decide"), kind=st.sampled_from((State.APPROVED, State.CONDITIONAL, State.REFUSED))
    )
    def decide(self, who: str, kind: State) -> None:
        """Decide in some way."""
        days = {"front.alarm": SOON} if kind == State.CONDITIONAL else {}
        holder = self.application.holder

        def act(one: Person) -> object:
            return decide(one, self.key, kind, "So.", lambda *_: LETTER, days)

        if self.tried(who, "decide", act):
            assert holder
            assert who in ("holder", holder.name)

    @precondition(in_state("fulfil"))
    @rule(who=by("fulfil"))
    def fulfil(self, who: str) -> None:
        """Answer what an approval waits for."""
        self.tried(who, "fulfil", lambda one: fulfil(one, self.key))

    @precondition(in_state("revoke"))
    @rule(who=by("revoke"))
    def revoke(self, who: str) -> None:
        """Revoke what was approved."""

        def act(one: Person) -> object:
            return decide(one, self.key, State.REVOKED, "Sold.", lambda *_: LETTER)

        self.tried(who, "revoke", act)

    @precondition(in_state("reopen"))
    @rule(who=by("reopen"))
    def reopen(self, who: str) -> None:
        """Have a mistake decided again."""
        self.tried(who, "reopen", lambda one: reopen(one, self.key, "The wrong one."))

    @precondition(in_state("appeal"))
    @rule(who=by("appeal"))
    def appeal(self, who: str) -> None:
        """Do not accept it."""
        self.tried(who, "appeal", lambda one: appeal(one, self.key, "No."))

    @rule(who=st.sampled_from(ALL), action=st.sampled_from(tuple(SIDES)))
    def anything(self, who: str, action: str) -> None:
        """Whatever by whomever, whenever."""
        acts: dict[str, Callable[[], None]] = {
            "edit": lambda: self.edit(who, "yes", "yes"),
            "judge": lambda: self.judge(who, "no"),
            "decide": lambda: self.decide(who, State.APPROVED),
            "withdraw": lambda: self.withdraw(who, 1),
            "recuse": lambda: None,
            "reply": lambda: self.reply(who, "A bell."),
            "take-back": lambda: self.take_back(who) if FactQuestion.objects.exists() else None,
        }
        act = acts.get(action) or (lambda: getattr(self, action.replace("-", "_"))(who))
        act()

    @rule(who=st.sampled_from(("second", "third")), which=st.integers(1, 20))
    def recuse(self, who: str, which: int) -> None:
        """Declare a conflict, now and then."""
        if which == SELDOM:
            application = self.application
            self.tried(who, "recuse", lambda one: actions.recuse(one, application, "A cousin."))

    @invariant()
    def nothing_is_approved_that_is_not_permitted(self) -> None:
        """And nothing refused of which no clause is violated."""
        wanted = {
            State.APPROVED: {"permitted"},
            State.CONDITIONAL: {"needs-information"},
            State.REFUSED: {"prohibited"},
        }
        for one in self.application.decisions.all():
            verdict = judged_then(one).report.verdict.value
            assert verdict == one.verdict
            assert verdict in wanted.get(State(one.kind), {verdict})

    @invariant()
    def no_answer_is_lost(self) -> None:
        """Neither of the draft, nor of a version."""
        assert self.application.text == self.text
        assert dict(Version.objects.values_list("pk", "text")) == self.frozen

    @invariant()
    def what_is_asked_reaches_whoever_applies(self) -> None:
        """Once it is given back, and no longer than it is asked: neither before nor after it is taken back."""
        asked = asked_of(self.application)
        assert not asked or self.application.state == State.DRAFT
        taken = {*TakenBack.objects.values_list("question", flat=True)}
        assert not taken & {one.pk for one in asked}

    @invariant()
    def the_audit_trail_is_whole(self) -> None:
        """With a decision for each event that tells of one."""
        assert (audit.verify().broken, [*wrong_with_applications()]) == ((), [])

    @invariant()
    def who_holds_it_may(self) -> None:
        """One person, who has no conflict, and only while it is in review."""
        application = self.application
        if application.state in (State.SUBMITTED, State.APPEALED, State.WITHDRAWN):
            assert application.holder is None
        if application.state == State.IN_REVIEW:
            assert application.holder
            assert not Conflict.objects.filter(person=application.holder).exists()

    @invariant()
    def nobody_sees_what_they_may_not(self) -> None:
        """Of applications, letters, and judgements that wait for another one."""
        application = self.application
        conflicted = {*Conflict.objects.values_list("person", flat=True)}
        for who, one in self.people.items():
            is_own = who in ("member", "both")
            reviews = who in ("first", "second", "third") and one.pk not in conflicted
            assert theirs(one).exists() == is_own
            reviews = reviews and application.submitted_at is not None
            assert reviewable(one).exists() == reviews
            assert sees_letter(one, application) == (is_own or reviews)
            for version in application.versions.all():
                others = {said.person_id for said in version.standing}
                for said in visible(version, one):
                    assert said.person_id == one.pk or len(others) > 1

    @invariant()
    def an_appeal_is_decided_by_others(self) -> None:
        """Whoever decided is not who decides again."""
        for one in Decision.objects.filter(appeals__isnull=False):
            later = Decision.objects.filter(pk__gt=one.pk).exclude(kind=State.REVOKED)
            assert one.person_id not in later.values_list("person", flat=True)

    @invariant()
    def nobody_judges_with_a_conflict(self) -> None:
        """What they said before counts no more."""
        conflicted = {*Conflict.objects.values_list("person", flat=True)}
        for version in self.application.versions.all():
            assert not conflicted & {one.person_id for one in version.standing}
        assert not PersonalJudgement.objects.filter(person=self.people["both"]).exists()


@pytest.fixture
def done(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, db: None) -> Counter[str]:  # noqa: ARG001
    """How often each action was done."""
    gates.install(tmp_path, monkeypatch)
    found = Counter[str]()
    monkeypatch.setattr(Workflow, "folder", tmp_path, raising=False)
    monkeypatch.setattr(Workflow, "done", found, raising=False)
    return found


def test_on_the_way_to_each_decision_and_beyond_all_holds(done: Counter[str]) -> None:
    for sign, alarm in (("yes", "yes"), ("yes", ""), ("no", "")):
        machine = Workflow()
        machine.begin_somewhere(9, sign, alarm)
        machine.nothing_is_approved_that_is_not_permitted()
        machine.no_answer_is_lost()
        machine.the_audit_trail_is_whole()
        machine.who_holds_it_may()
        machine.nobody_sees_what_they_may_not()
        machine.an_appeal_is_decided_by_others()
        machine.teardown()
    wanted = Counter(["edit", "submit", "claim", "judge", "judge", "decide"] * 3)
    assert done == wanted + Counter(["show", "revoke", "appeal", "fulfil", "appeal", "claim"])


def test_what_is_asked_is_given_back_replied_to_and_taken_back(done: Counter[str]) -> None:
    machine = Workflow()
    machine.begin_somewhere(4, "yes", "")
    way: tuple[tuple[Callable[[str], None], str], ...] = (
        (machine.ask, "first"),
        (machine.give_back, "first"),
        (lambda who: machine.reply(who, "A bell."), "member"),
        (machine.take_back, "second"),
        (machine.take_back, "first"),
        (machine.take_back, "first"),
    )
    for act, who in way:
        act(who)
        machine.what_is_asked_reaches_whoever_applies()
        machine.the_audit_trail_is_whole()
        machine.nobody_sees_what_they_may_not()
    machine.teardown()
    assert done["ask"] == done["give-back"] == done["reply"] == done["take-back"] == 1


def test_whoever_does_what_some_things_never_happen(done: Counter[str]) -> None:
    few = settings(
        max_examples=8,
        stateful_step_count=12,
        deadline=None,
        derandomize=True,
        suppress_health_check=[*HealthCheck],
    )
    run_state_machine_as_test(Workflow, settings=few)
    assert {*done} >= {"submit", "claim", "judge", "decide"}, "it gets that far"
