"""How long it takes to judge 10,000 decided applications of the desk again.

    PYTHONPATH=. .venv/bin/python benchmarks/desk.py

A desk in a folder of its own is filled with copies of the public cases, decided as they are judged without
evidence. They are judged again from the admitted form that is kept beside each, and from the text of the design.
The results are written to benchmarks/desk.md.
"""

from __future__ import annotations

import json
import os
import platform
import statistics
from datetime import date
from pathlib import Path
from tempfile import TemporaryDirectory
from time import perf_counter

RESULTS = Path(__file__).with_name("desk.md")
EXAMPLES = Path(__file__).parents[1] / "examples"
COUNT = 10_000
RUNS = 3
WAYS = (
    ("the admitted form", "one"),
    ("the admitted form", "two"),
    ("the text", "two"),
)


def main() -> None:
    """Fill a desk, judge again, and write the page."""
    with TemporaryDirectory() as folder:
        from clausewise.desk.serving import prepare

        prepare(Path(folder) / "desk", 8100)
        size = fill()
        from clausewise.desk.records.models import AdmittedForm
        from clausewise.desk.workflow import again

        rows = []
        few = again.FEW
        for form, processes in WAYS:
            again.FEW = COUNT if processes == "one" else few
            if form == "the text":
                AdmittedForm.objects.all().delete()
            times = []
            for _ in range(RUNS):
                start, spent = perf_counter(), sum(os.times()[:4])
                (found,) = again.judge_again({})
                times.append((perf_counter() - start, sum(os.times()[:4]) - spent))
                assert (found.judged, found.otherwise, found.failed) == (COUNT, 0, 0)
            clock, spent = (statistics.median(kind) for kind in zip(*times, strict=True))
            rows.append((form, processes, clock, spent))
    RESULTS.write_text(page(rows, size), encoding="utf-8")
    print(page(rows, size))


def fill() -> int:
    """Fill the database with decided applications; how many bytes a design has in the middle."""
    from clausewise.desk.interview.forms import forms
    from clausewise.desk.judging.admitted import admitted_form
    from clausewise.desk.judging.verdicts import judge
    from clausewise.desk.records.models import (
        AdmittedForm,
        Decision,
        DeskApplication,
        Organisation,
        Person,
        Version,
    )
    from clausewise.desk.workflow.today import today

    policy = forms()["face-registration"].policy
    day = today()
    who = Person.objects.create_user("a@example.org", None, name="A. Reyes")
    organisation = Organisation.objects.create(name="Contoso (example)")
    cases = [
        judge(path.read_text(encoding="utf-8"), policy, day)
        for path in sorted(EXAMPLES.glob("case-*.design"))
    ]
    known = [
        (
            one,
            admitted_form(one),
            json.dumps({c.clause.name: c.outcome.value for c in one.report.clauses}),
        )
        for one in cases
    ]
    chosen = [known[number % len(known)] for number in range(COUNT)]
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
            verdict=judged.report.verdict.value,
            letter="",
            design=judged.draft.text,
            statement=b"",
            pdf=b"",
        )
        for version, (judged, _, _) in zip(versions, chosen, strict=True)
    )
    AdmittedForm.objects.bulk_create(
        AdmittedForm(decision=decision, form=form, outcomes=outcomes)
        for decision, (_, form, outcomes) in zip(decisions, chosen, strict=True)
    )
    return sorted(len(one.draft.text) for one in cases)[len(cases) // 2]


def page(rows: list[tuple[str, str, float, float]], size: int) -> str:
    """The figures as a page."""
    first = rows[0][2]
    lines = [
        "# What was decided at the desk, judged again",
        "",
        f"{COUNT:,} decided applications, copies of the public cases (in the middle {size:,} bytes), by the "
        "newest version of their policy: `clausewise desk FOLDER --judge-again`. Seconds on a clock, from the "
        "database to the tasks, without the start, and of the processors' time in all processes; the median of "
        f"{RUNS} runs. SQLite, two processors, {platform.machine()}, {date.today()}, on a machine that others "
        "used as well.",
        "",
        "| judged from | by processes | seconds | to the first | of the processors |",
        "| --- | --- | --- | --- | --- |",
        *(
            f"| {form} | {processes} | {clock:.1f} | {clock / first:.2f} | {spent:.1f} |"
            for form, processes, clock, spent in rows
        ),
    ]
    return "\n".join(lines) + "\n"


if __name__ == "__main__":
    main()
