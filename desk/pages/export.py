"""All of an application as a folder, packed: what `check` and `verify` read, and the record of who said what."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

from django.http import FileResponse, HttpRequest
from django.views.decorators.http import require_GET

from clausewise.desk.pages.access import of_reader, signed_in
from clausewise.desk.pages.files import as_archive
from clausewise.desk.pages.letters import files_of
from clausewise.desk.records.models import DeskApplication, Person
from clausewise.desk.workflow.evidence import store
from clausewise.desk.workflow.opinions import read_opinions, visible


@of_reader
@require_GET
def export(request: HttpRequest, application: DeskApplication) -> FileResponse:
    """The versions as designs beside their evidence, a folder for each decision, and the record as JSON."""
    versions = [*application.versions.order_by("number")]
    files: dict[str, bytes | Path] = {
        f"version-{one.number}.design": one.text.encode() for one in versions
    }
    submitted = "".join(one.text for one in versions)
    for one in application.evidence.order_by("pk"):
        path = store().path_of(one.sha256)
        if f'"{one.name}"' in submitted and path.exists():
            files[one.name] = path
    for number, decision in enumerate(application.decisions.order_by("pk"), 1):
        for name, content in files_of(decision).items():
            files[f"decision-{number}/{name}"] = content
    record = _record(application, signed_in(request))
    files["record.json"] = json.dumps(record, indent=1, default=str, ensure_ascii=False).encode()
    return as_archive(files, f"{application.reference}-all.zip", application.created_at)


def _record(application: DeskApplication, reader: Person) -> dict[str, Any]:
    """Who said what, as far as the reader may read it."""
    return {
        "reference": application.reference,
        "title": application.title,
        "organisation": application.organisation.name,
        "policy": application.policy,
        "state": application.state,
        "evidence": [
            {"name": one.name, "sha256": one.sha256, "expires": one.expires, "by": one.person.name}
            for one in application.evidence.order_by("pk")
        ],
        "versions": [
            {
                "number": version.number,
                "sha256": version.sha256,
                "by": version.created_by.name,
                "at": version.created_at,
                "asked": version.asked,
                "reply": version.reply,
                "questions": [
                    {
                        "fact": one.fact,
                        "text": one.text,
                        "by": one.person.name,
                        "reply": one.reply and one.reply.text,
                    }
                    for one in version.asked_at_facts
                ],
                "judgements": [
                    {
                        "fact": one.fact,
                        "value": one.value,
                        "by": one.person.name,
                        "on": one.on,
                        "reason": one.reason,
                    }
                    for one in (*version.judged_before, *visible(version, reader))
                ],
                "opinions": [
                    {"kind": one.kind, "text": one.text, "by": one.person.name}
                    for said in (version.opinions_before, *read_opinions(version, reader))
                    for one in said
                ],
            }
            for version in application.versions.order_by("number")
        ],
        "decisions": [
            {
                "kind": one.kind,
                "day": one.day,
                "by": one.signers,
                "letter": one.letter,
                "deadlines": [
                    {"fact": due.fact, "day": due.day} for due in one.deadlines.order_by("pk")
                ],
                "appeals": [{"text": two.text, "at": two.created_at} for two in one.appeals.all()],
            }
            for one in application.decisions.order_by("pk")
        ],
    }
