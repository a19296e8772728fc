"""`make desk`: a desk with a dozen applications made of the public cases, some judged or decided, to look at.

Organisations, people and days are invented; what the designs state comes from the cases in `examples/`.
"""

from __future__ import annotations

import io
import sys
from pathlib import Path
from typing import TYPE_CHECKING

from clausewise.desk.interview.drafts import judgement_lines, with_backing, without_judgements
from clausewise.desk.interview.forms import Form, forms
from clausewise.desk.serving import FIRST, mail_by_itself, prepare, serve
from clausewise.dsl.printing.trees import values_text
from clausewise.runs.output import say
from tests.conftest import ROOT

if TYPE_CHECKING:
    from clausewise.desk.records.models import DeskApplication, Person

PASSWORD = "look at the desk"
PORT = 8100
PAPERS = b"%PDF-1.7 the papers that show it"
"""A file of evidence."""
DECIDED, CLAIMED, WAITING, DRAFT = "decided", "claimed", "waiting", "draft"
CASES = {
    "case-01-rite-aid": ("Copper Lane Drugstores (example)", CLAIMED),
    "case-02-edmonton-police": ("Prairie Body-Cam Systems (example)", WAITING),
    "case-05-project-nola": ("Gulf Neighbours Watch (example)", WAITING),
    "case-09-courier-check-nominal": ("Swiftfoot Deliveries (example)", WAITING),
    "case-10-skelleftea-school": ("Norrgård School (example)", WAITING),
    "case-12-chelmer-valley": ("Hazel Hill Academy (example)", WAITING),
    "case-14-hangzhou-classroom": ("Riverbend School (example)", WAITING),
    "case-16-airport-boarding": ("Aéroport du Lac (example)", CLAIMED),
    "case-19-office-access": ("Fernleigh Instruments (example)", DECIDED),
    "case-20-bank-onboarding-exposed": ("Birchwater Bank (example)", DECIDED),
    "case-23-missing-persons": ("Three Rivers Rescue (example)", WAITING),
    "lobby": ("Contoso (example)", DRAFT),
}
"""The cases, each with who applies and how far it is."""


def seed(folder: Path) -> None:
    """Fill a desk that was prepared."""
    from django.utils import timezone

    from clausewise.desk.pages.accounts.addresses import address_of, on_verified, vouch_for
    from clausewise.desk.pages.accounts.people import enter
    from clausewise.desk.records.models import Mail, Person, Role

    reviewer, _ = enter("M. Okafor", "okafor@desk.localhost", [Role.REVIEWER])
    enter("S. Haddad", "lead@desk.localhost", [Role.LEAD])
    enter("P. Lindqvist", "auditor@desk.localhost", [Role.AUDITOR])
    form = next(form for form in forms().values() if form.policy.startswith("face-code"))
    for number, (case, (name, state)) in enumerate(CASES.items(), 1):
        email = f"member{number}@desk.localhost"
        member = Person.objects.create_user(email, PASSWORD, name="A. Reyes", registers=name)
        vouch_for(member)
        on_verified(None, email_address=address_of(member))
        member.refresh_from_db()
        _apply(case, state, form, member, reviewer)
        say(f"{name}: {case}, {state}; {email}")
    for person in Person.objects.exclude(email=FIRST):
        person.set_password(PASSWORD)
        person.save()
    Mail.objects.update(sent_at=timezone.now())  # of these nobody waits for any
    say(
        "Reviewer: okafor@desk.localhost, lead: lead@desk.localhost, auditor: auditor@desk.localhost"
    )
    say(f"The password of all of them: {PASSWORD}")
    say(f"All of it in {folder}.")


def _apply(case: str, state: str, form: Form, member: Person, reviewer: Person) -> None:
    from clausewise.desk.workflow import actions
    from clausewise.desk.workflow.today import draft_for

    text = (ROOT / "examples" / f"{case}.design").read_text(encoding="utf-8")
    title = text.partition('deployment "')[2].partition('"')[0]
    made = actions.start(member, form, title)
    vocabulary = draft_for(made).vocabulary
    actions.edit(member, made.pk, lambda _: with_backing(without_judgements(text, vocabulary)))
    if state == DRAFT:
        return
    if state == DECIDED:
        with_papers(made)
    made = actions.submit(member, made.pk)
    if state in (CLAIMED, DECIDED):
        actions.claim(reviewer, made.pk)
        for block, line, field in judgement_lines(text, vocabulary):
            entity = (block.name or block.type).text
            value = values_text(line.items)
            because = line.attestation.because if line.attestation else None
            reason = because.text if because else "As the case has it."
            actions.give_judgement(reviewer, made.pk, entity, field.name, value, reason)
    if state == DECIDED:
        _decide(made, reviewer)


def with_papers(application: DeskApplication) -> None:
    """Let a file stand beside each answer that counts only with evidence."""
    from clausewise.desk.interview.evidence import lacking_evidence
    from clausewise.desk.workflow.evidence import attach, store
    from clausewise.desk.workflow.today import draft_for

    application.refresh_from_db()
    lacking = lacking_evidence(draft_for(application), ())
    with store().keeping("Papers (invented).pdf", io.BytesIO(PAPERS)) as kept:
        attach(application.created_by, application.pk, lacking, kept)


def _decide(made: DeskApplication, reviewer: Person) -> None:
    from clausewise.desk.pages.letters import drafted, written
    from clausewise.desk.workflow import decisions
    from clausewise.desk.workflow.today import judged_now

    judged = judged_now(made.newest)
    kind = decisions.permitted_kinds(judged)[0]
    letter = drafted(made, judged, kind)
    decisions.decide(
        reviewer,
        made.pk,
        kind,
        letter,
        lambda version, now: written(version, now, kind, letter, reviewer.name, {}),
    )


def main() -> None:
    """Make the desk if it is not there, and serve it."""
    folder = Path(sys.argv[1])
    found = prepare(folder, PORT)
    if found.password:
        seed(folder)
        say(f"Administrator: {FIRST}, with the password {found.password}")
    say(f"The desk is at {found.address}. Ctrl-C ends it.")
    mail_by_itself()
    serve(folder, PORT)


if __name__ == "__main__":
    main()
