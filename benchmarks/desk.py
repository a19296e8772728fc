"""How long it takes to judge 100,000 decided applications of the desk again, and to work out its statistics.

    PYTHONPATH=. .venv/bin/python benchmarks/desk.py

A desk in a folder of its own is filled with copies of the public cases, decided as they are judged without
evidence. They are judged again by the command, from the admitted form that is kept beside each; fewer of them also
from the text of the design. The results are written to benchmarks/desk.md.
"""

from __future__ import annotations

import json
import os
import platform
import statistics
import subprocess
import sys
from collections.abc import Iterator
from datetime import date
from itertools import count, islice
from pathlib import Path
from tempfile import TemporaryDirectory
from time import perf_counter
from typing import TYPE_CHECKING, NamedTuple

if TYPE_CHECKING:
    from clausewise.desk.records.models import AuditEvent, DeskApplication

RESULTS = Path(__file__).with_name("desk.md")
EXAMPLES = Path(__file__).parents[1] / "examples"
MANY, SOME = 100_000, 10_000
RUNS = 3
AT_ONCE = 5_000
KINDS = ("start", "submit", "claim", "refuse")
"""What was done with each application."""


class Spent(NamedTuple):
    """Seconds on a clock and of the processors, and the largest memory of one process in MiB."""

    clock: float
    processors: float
    memory: float


def main() -> None:
    """Fill desks, judge again, and write the page."""
    with TemporaryDirectory() as folder:
        many, some = Path(folder) / "many", Path(folder) / "some"
        filled(many, MANY)
        runs = [judged_again(many, MANY) for _ in range(RUNS)]
        pages = asked(many)
        filled(some, SOME, "text")
        rows = [
            (MANY, "the admitted form", Spent(*map(statistics.median, zip(*runs, strict=True)))),
            (SOME, "the text", judged_again(some, SOME)),
        ]
    RESULTS.write_text(page(rows, pages), encoding="utf-8")
    print(page(rows, pages))


def filled(folder: Path, count: int, *words: str) -> None:
    """Fill a desk in a process of its own, so that nothing of it counts."""
    subprocess.run([sys.executable, __file__, "fill", str(folder), str(count), *words], check=True)


def judged_again(folder: Path, count: int) -> Spent:
    """What the command takes, with its start."""
    words = [str(Path(sys.executable).with_name("clausewise")), "desk", str(folder)]
    start = perf_counter()
    process = subprocess.Popen([*words, "--judge-again"], stdout=subprocess.PIPE)
    assert process.stdout
    told = process.stdout.read().decode()
    _, _, used = os.wait4(process.pid, 0)
    assert f": {count:,} judged again, 0 come out otherwise, 0 cannot be judged" in told, told
    return Spent(perf_counter() - start, used.ru_utime + used.ru_stime, used.ru_maxrss / 1024)


def asked(folder: Path) -> dict[str, float]:
    """Seconds to work out the statistics, and for the page that shows them."""
    words = [sys.executable, __file__, "ask", str(folder)]
    found: dict[str, float] = json.loads(subprocess.check_output(words))
    return found


# in processes of their own


def fill(folder: Path, count: int, judged_from: str) -> None:
    """Make a desk with decided applications."""
    from clausewise.desk.serving import prepare

    prepare(folder, 8100)
    from clausewise.desk.interview.forms import forms
    from clausewise.desk.judging.admitted import admitted_form
    from clausewise.desk.judging.verdicts import judge
    from clausewise.desk.records.models import (
        AdmittedForm,
        AuditEvent,
        AuditHead,
        Decision,
        DeskApplication,
        Organisation,
        Person,
        Version,
    )
    from clausewise.desk.workflow.today import today

    policy, day = forms()["face-registration"].policy, today()
    who = Person.objects.create_user("a@example.org", None, name="A. Reyes")
    organisation = Organisation.objects.create(name="Contoso (example)")
    cases = [
        judge(path.read_text(encoding="utf-8"), policy, day)
        for path in sorted(EXAMPLES.glob("case-*.design"))
    ]
    known = [
        (one.report.verdict.value, one.draft.text, admitted_form(one), _outcomes(one))
        for one in cases
    ]
    numbers = iter(range(count))
    while chosen := [known[number % len(known)] for number in islice(numbers, AT_ONCE)]:
        applications = DeskApplication.objects.bulk_create(
            DeskApplication(
                organisation=organisation,
                policy=policy,
                title="A case",
                text="",
                state="refused",
                created_by=who,
            )
            for _ in chosen
        )
        versions = Version.objects.bulk_create(
            Version(application=one, number=1, text="", sha256="", created_by=who)
            for one in applications
        )
        decisions = Decision.objects.bulk_create(
            Decision(
                application=version.application,
                version=version,
                kind="refused",
                person=who,
                day=day,
                verdict=verdict,
                letter="",
                design=text,
                statement=b"",
                pdf=b"",
            )
            for version, (verdict, text, _, _) in zip(versions, chosen, strict=True)
        )
        if judged_from != "text":
            AdmittedForm.objects.bulk_create(
                AdmittedForm(decision=decision, form=form, outcomes=outcomes)
                for decision, (_, _, form, outcomes) in zip(decisions, chosen, strict=True)
            )
        AuditEvent.objects.bulk_create(_events(applications))
    head = AuditEvent.objects.latest("number")
    AuditHead.objects.update_or_create(
        pk=1, defaults={"number": head.number, "digest": head.digest}
    )


def _outcomes(judged: object) -> str:
    clauses = judged.report.clauses  # type: ignore[attr-defined]
    return json.dumps({one.clause.name: one.outcome.value for one in clauses})


NUMBERS = count(2)
"""Of events; the first is that of the first administrator."""


def _events(applications: list[DeskApplication]) -> Iterator[AuditEvent]:
    """Events without a chain: nobody looks whether it is whole."""
    from django.utils import timezone

    from clausewise.desk.records.models import AuditEvent

    for one in applications:
        for kind in KINDS:
            number = next(NUMBERS)
            yield AuditEvent(
                number=number,
                at=timezone.now(),
                kind=kind,
                application=one.pk,
                detail="",
                previous=f"p{number}",
                digest=f"d{number}",
            )


def ask(folder: Path) -> None:
    """Print the seconds, as JSON."""
    from clausewise.desk.serving import prepare

    prepare(folder, 8100)
    from django.conf import settings
    from django.test import Client

    from clausewise.desk.pages.accounts.people import enter
    from clausewise.desk.records.models import Role
    from clausewise.desk.workflow import jobs

    settings.ALLOWED_HOSTS = ["testserver"]
    person, _ = enter("M Okafor", "okafor@example.org", [Role.REVIEWER])
    client = Client()
    client.force_login(person, backend=settings.AUTHENTICATION_BACKENDS[0])
    start = perf_counter()
    jobs.work_out_figures.call()
    found = {"worked out": perf_counter() - start}
    jobs.ask_for(jobs.work_out_figures)
    jobs.work(until_done=True)
    times = []
    for _ in range(9):
        start = perf_counter()
        answer = client.get("/statistics/")
        times.append(perf_counter() - start)
        assert b"rect" in answer.content, answer.status_code
    print(json.dumps(found | {"page": statistics.median(times)}))


def page(rows: list[tuple[int, str, Spent]], pages: dict[str, float]) -> str:
    """The figures as a page."""
    lines = [
        "# What was decided at the desk, judged again",
        "",
        "Decided applications, copies of the public cases, by the newest version of their policy: "
        "`clausewise desk FOLDER --judge-again`. Seconds on a clock, with the start of the command, and of the "
        f"processors' time in all processes; of the admitted form the median of {RUNS} runs. SQLite, two "
        f"processors, {platform.machine()}, {date.today()}, on a machine that others used as well: so the "
        "processors' time tells more than the clock.",
        "",
        "| applications | judged from | seconds | of the processors | MiB, of the largest process |",
        "| --- | --- | --- | --- | --- |",
        *(
            f"| {count:,} | {form} | {one.clock:.1f} | {one.processors:.1f} | {one.memory:.0f} |"
            for count, form, one in rows
        ),
        "",
        f"The statistics of {MANY:,} applications with {len(KINDS) * MANY:,} events are worked out in "
        f"{pages['worked out']:.1f} s, which a worker does each night, and the page that shows them takes "
        f"{1000 * pages['page']:.0f} ms.",
    ]
    return "\n".join(lines) + "\n"


if __name__ == "__main__":
    match sys.argv[1:]:
        case ["fill", folder, number, *words]:
            fill(Path(folder), int(number), "".join(words))
        case ["ask", folder]:
            ask(Path(folder))
        case _:
            main()
