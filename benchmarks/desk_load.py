"""How long pages of the desk take while many use it: on PostgreSQL, by gunicorn, with 10,000 applications.

    pip install -e ".[load]"
    PYTHONPATH=. .venv/bin/python benchmarks/desk_load.py

It needs Debian's `postgresql`. The server of the database, that of the desk and the users (`desk_users.py`, by
locust) run on the same two processors. The results are written to benchmarks/desk_load.md.
"""

from __future__ import annotations

import csv
import json
import os
import platform
import shutil
import subprocess
import sys
import time
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import date, timedelta
from hashlib import sha256
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from clausewise.desk.judging.verdicts import JudgedVersion

RESULTS = Path(__file__).with_name("desk_load.md")
EXAMPLES = Path(__file__).parents[1] / "examples"
COUNT = 10_000
ORGANISATIONS = 1_000
USERS, SECONDS = 50, 180
WORKERS, THREADS = 2, 4
PORT = 8123
STATES = (
    "draft",
    "submitted",
    "submitted",
    "submitted",
    "in-review",
    "refused",
    "refused",
    "withdrawn",
)
PROCESSORS = {0, 1}


def main() -> None:
    """Fill a desk, let users at it, and write the page."""
    if hasattr(os, "sched_setaffinity"):
        os.sched_setaffinity(0, PROCESSORS)
    with TemporaryDirectory(prefix=f"load-{os.getpid()}-", dir="/tmp") as folder:
        Path(folder).chmod(0o755)
        with postgresql(Path(folder)) as address:
            desk = Path(folder) / "desk"
            desk.mkdir(mode=0o700)
            (desk / "desk.toml").write_text(f'database = "{address}"\n', encoding="utf-8")
            from clausewise.desk.serving import prepare

            prepare(desk, PORT)
            users = Path(folder) / "users.json"
            users.write_text(json.dumps(fill()), encoding="utf-8")
            with served(desk):
                rows, taken = measured(users, Path(folder) / "figures")
    RESULTS.write_text(page(rows, taken), encoding="utf-8")
    print(page(rows, taken))


@contextmanager
def postgresql(folder: Path) -> Iterator[str]:
    """The address of a database on a server of its own, whose socket lies in a folder."""
    programs = sorted(Path("/usr/lib/postgresql").glob("*/bin"))[-1]
    owner = "postgres" if os.geteuid() == 0 else None  # as root a server does not run
    place = folder / "postgresql"
    place.mkdir()
    if owner:
        shutil.chown(place, owner)

    def run(program: str, *words: str) -> None:
        subprocess.run(
            [programs / program, *words], check=True, cwd="/", stdout=subprocess.DEVNULL, user=owner
        )

    run("initdb", "-D", f"{place}/data", "-U", "desk", "--auth=trust", "-E", "UTF8")
    told = f"-c listen_addresses= -k {place}"
    run("pg_ctl", "-D", f"{place}/data", "-o", told, "-l", f"{place}/log", "-w", "start")
    try:
        yield f"postgresql:///postgres?host={place}&user=desk"
    finally:
        run("pg_ctl", "-D", f"{place}/data", "-m", "immediate", "-w", "stop")


def fill() -> dict[str, Any]:
    """Fill the desk; the sessions of users, and the applications that reviewers can open."""
    from django.contrib.auth import BACKEND_SESSION_KEY, HASH_SESSION_KEY, SESSION_KEY
    from django.contrib.sessions.backends.db import SessionStore
    from django.db import connection, transaction

    from clausewise.desk.interview.forms import forms
    from clausewise.desk.judging.verdicts import judge
    from clausewise.desk.records.models import Grant, Organisation, Person, Role
    from clausewise.desk.workflow import actions
    from clausewise.desk.workflow.today import today

    form = forms()["face-registration"]
    cases = [
        judge(path.read_text(encoding="utf-8"), form.policy, today())
        for path in sorted(EXAMPLES.glob("case-*.design"))
    ]
    organisations = Organisation.objects.bulk_create(
        Organisation(name=f"Organisation {number} (example)") for number in range(ORGANISATIONS)
    )
    members = Person.objects.bulk_create(
        Person(email=f"member{number}@example.org", name=f"A. Member {number}", organisation=one)
        for number, one in enumerate(organisations)
    )
    reviewers = Person.objects.bulk_create(
        Person(email=f"reviewer{number}@example.org", name=f"R. Viewer {number}")
        for number in range(USERS)
    )
    Grant.objects.bulk_create(Grant(person=one, role=Role.REVIEWER) for one in reviewers)
    with transaction.atomic():
        opened = applications(cases, form.policy, members, reviewers, today())
    drafts = []
    for one in members[:USERS]:
        begun = actions.start(one, form, "Lobby")
        actions.edit(one, begun.pk, lambda draft: f"{draft.text}\n\nuse check-in {{\n}}\n")
        drafts.append(begun.pk)

    def session(who: Person) -> str:
        made = SessionStore()
        made[SESSION_KEY] = str(who.pk)
        made[BACKEND_SESSION_KEY] = "allauth.account.auth_backends.AuthenticationBackend"
        made[HASH_SESSION_KEY] = who.get_session_auth_hash()
        made.save()
        return str(made.session_key)

    found = {
        "applicants": [
            {"session": session(who), "application": key}
            for who, key in zip(members, drafts, strict=False)
        ],
        "reviewers": [{"session": session(who)} for who in reviewers],
        "open": opened,
    }
    with connection.cursor() as cursor:
        cursor.execute("ANALYZE")  # as the server does by itself after a while
    connection.close()
    return found


def applications(
    cases: list[JudgedVersion], policy: str, members: list[Any], reviewers: list[Any], day: date
) -> list[int]:
    """Make the applications, with what was done with them; the keys of those that are open."""
    from django.utils import timezone

    from clausewise.desk.judging.admitted import admitted_form
    from clausewise.desk.records.models import AdmittedForm, Decision, DeskApplication, Version
    from clausewise.engine.core.outcomes import Outcome

    now = timezone.now()
    chosen = [cases[number % len(cases)] for number in range(COUNT)]
    states = [STATES[number % len(STATES)] for number in range(COUNT)]
    made = DeskApplication.objects.bulk_create(
        DeskApplication(
            organisation=members[number % len(members)].organisation,
            form="face-registration",
            policy=policy,
            title=f"{judged.report.deployment.title} {number}",
            text=judged.draft.text,
            state=state,
            holder=reviewers[number % len(reviewers)] if state == "in-review" else None,
            held_until=now + timedelta(hours=8) if state == "in-review" else None,
            verdict=judged.report.verdict.value,
            violated=", ".join(
                one.clause.short for one in judged.report.clauses if one.outcome is Outcome.VIOLATED
            ),
            open=sum(one.is_open for one in judged.report.clauses),
            created_by=members[number % len(members)],
            submitted_at=None if state == "draft" else now - timedelta(minutes=number),
        )
        for number, (judged, state) in enumerate(zip(chosen, states, strict=True))
    )
    versions = Version.objects.bulk_create(
        Version(
            application=one, number=1, text=one.text, sha256="", created_by_id=one.created_by_id
        )
        for one in made
        if one.state != "draft"
    )
    forms = {id(one): admitted_form(one) for one in cases}
    outcomes = {
        id(one): json.dumps({c.clause.name: c.outcome.value for c in one.report.clauses})
        for one in cases
    }
    of = {one.pk: judged for one, judged in zip(made, chosen, strict=True)}
    decisions = Decision.objects.bulk_create(
        Decision(
            application=version.application,
            version=version,
            kind="refused",
            person=reviewers[0],
            day=day,
            verdict=of[version.application_id].report.verdict.value,
            letter="No.",
            design=of[version.application_id].draft.text,
            statement=b"",
            pdf=b"%PDF",
        )
        for version in versions
        if version.application.state == "refused"
    )
    AdmittedForm.objects.bulk_create(
        AdmittedForm(decision=one, form=forms[id(judged)], outcomes=outcomes[id(judged)])
        for one in decisions
        for judged in (of[one.application_id],)
    )
    events(made)
    return [one.pk for one in made if one.state in ("submitted", "in-review")]


def events(made: list[Any]) -> None:
    """Put into the audit trail that applications were begun and submitted: by `note`, it would take minutes."""
    from django.utils import timezone

    from clausewise.desk.records.audit import digest_of
    from clausewise.desk.records.models import AuditDetail, AuditEvent, AuditHead

    head = AuditHead.objects.get()  # the administrator was entered
    previous, found = head.digest, list[AuditEvent]()
    for one in made:
        for kind in ("start",) if one.state == "draft" else ("start", "submit"):
            event = AuditEvent(
                number=head.number + len(found) + 1,
                at=timezone.now(),
                kind=kind,
                person=one.created_by_id,
                application=one.pk,
                detail=sha256(str(len(found)).encode()).hexdigest(),
                previous=previous,
            )
            previous = event.digest = digest_of(event)
            found.append(event)
    AuditDetail.objects.bulk_create(
        (AuditDetail(digest=one.detail, text="{}") for one in found), batch_size=2000
    )
    AuditEvent.objects.bulk_create(found, batch_size=2000)
    head.number, head.digest = found[-1].number, previous
    head.save()


@contextmanager
def served(desk: Path) -> Iterator[None]:
    """Serve a desk, as docs/desk.md says."""
    command = [sys.executable, "-m", "gunicorn", "--bind", f"127.0.0.1:{PORT}"]
    command += [
        "--workers",
        str(WORKERS),
        "--threads",
        str(THREADS),
        "--no-control-socket",
        "clausewise.desk.site.wsgi",
    ]
    environment = os.environ | {"DESK_FOLDER": str(desk), "DESK_PORT": str(PORT)}
    with subprocess.Popen(command, env=environment, stderr=subprocess.DEVNULL) as process:
        try:
            for _ in range(200):
                try:
                    with urllib.request.urlopen(f"http://127.0.0.1:{PORT}/sign-in/"):
                        break
                except OSError:
                    time.sleep(0.1)
            yield
        finally:
            process.terminate()


def processor_seconds() -> dict[str, float]:
    """What the desk with its database, and what all programs of the machine have taken of the processors."""
    import psutil

    spent = 0.0
    for one in psutil.Process().children(recursive=True):
        spent += sum(one.cpu_times()[:2])
    for one in psutil.process_iter(["cmdline"]):
        if f"load-{os.getpid()}-" in " ".join(one.info["cmdline"] or ()) and one.ppid() == 1:
            spent += sum(sum(each.cpu_times()[:2]) for each in (one, *one.children()))
    every = psutil.cpu_times()
    return {"desk": spent, "all": sum(every) - every.idle - every.iowait, "clock": time.time()}


def measured(users: Path, figures: Path) -> tuple[list[dict[str, str]], dict[str, float]]:
    """The figures of locust, a row for each kind of page; and what of the processors was taken meanwhile."""
    command = [sys.executable, "-m", "locust", "-f", str(Path(__file__).with_name("desk_users.py"))]
    command += ["--headless", "--users", str(USERS), "--spawn-rate", "10"]
    command += ["--run-time", f"{SECONDS}s", "--reset-stats", "--only-summary"]
    command += ["--host", f"http://127.0.0.1:{PORT}", "--csv", str(figures)]
    before = processor_seconds()
    subprocess.run(command, env=os.environ | {"DESK_USERS": str(users)}, check=False)
    taken = {name: after - before[name] for name, after in processor_seconds().items()}
    with Path(f"{figures}_stats.csv").open(encoding="utf-8", newline="") as file:
        return [*csv.DictReader(file)], taken


def page(rows: list[dict[str, str]], taken: dict[str, float]) -> str:
    """The figures as a page."""
    total = next(row for row in rows if row["Name"] == "Aggregated")
    times, whole = int(total["Request Count"]), len(PROCESSORS) * taken["clock"]
    lines = [
        "# The desk while many use it",
        "",
        f"{COUNT:,} applications; {USERS} users, each of whom does something five seconds after the last answer, "
        f"for {SECONDS} seconds: {float(total['Requests/s']):.1f} times a second, of which "
        f"{total['Failure Count']} failed. Milliseconds on a clock until all of a page is there, with the pages "
        f"to which it leads. PostgreSQL on a socket, gunicorn with {WORKERS} processes of {THREADS} threads, and "
        f"the users by locust, all on {len(PROCESSORS)} processors. {date.today()}, {platform.machine()}.",
        "",
        f"Of the processors' time the desk with its database took {100 * taken['desk'] / whole:.0f} of 100, which "
        f"is {1000 * taken['desk'] / times:.0f} ms each time, and all that ran on the machine together "
        f"{100 * taken['all'] / whole:.0f} of 100.",
        "",
        "| | times | median | 95 of 100 | longest |",
        "| --- | --- | --- | --- | --- |",
    ]
    for row in sorted(rows, key=lambda row: (row is total, row["Name"])):
        name = "all" if row is total else row["Name"]
        figures = (row["Request Count"], row["50%"], row["95%"], row["100%"])
        lines.append(f"| {name} | {' | '.join(figures)} |")
    return "\n".join(lines) + "\n"


if __name__ == "__main__":
    main()
