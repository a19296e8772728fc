"""What a reviewer reads of a version beside the verdict that counts."""

from __future__ import annotations

import html
import re

from django.test import Client

from clausewise.desk.records.models import DeskApplication, Person, Role
from clausewise.desk.workflow import actions
from tests.desk import gates
from tests.desk.conftest import person


def as_stated(client: Client, key: int) -> str:
    """What the dossier says of the version as it is stated."""
    page = client.get(f"/queue/{key}/").content.decode()
    part = page.partition("As stated:")[2].partition("</details>")[0]
    return " ".join(html.unescape(re.sub(r"<[^>]*>", " ", part)).split())


def test_the_verdict_as_stated_stands_beside_that_with_evidence(
    gate: DeskApplication, reviewer: Person, as_reviewer: Client
) -> None:
    assert "No clause waits for evidence alone" in as_stated(as_reviewer, gate.pk)
    actions.give_back(reviewer, gate.pk, "Does it have an alarm?")
    stated = gates.DESIGN.replace("sign  yes", "sign  yes\n  alarm  yes")
    actions.edit(gate.created_by, gate.pk, lambda _: stated)
    actions.submit(gate.created_by, gate.pk)
    actions.claim(reviewer, gate.pk)
    for who in (reviewer, person("Second", None, Role.REVIEWER)):
        actions.give_judgement(who, gate.pk, "safety", "harm", "no", "Seen.")
    page = as_reviewer.get(f"/queue/{gate.pk}/").content.decode()
    assert "Needs information</strong>" in page
    said = as_stated(as_reviewer, gate.pk)
    assert said.startswith("✓ Permitted")
    assert "Alarms (G1): undetermined with evidence, met as stated" in said
