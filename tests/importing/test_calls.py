"""Recorded calls: what they say of a deployment."""

from __future__ import annotations

import json
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import pytest

from clausewise.dsl.text.diagnostic import InvalidError
from tests.importing.files import (
    HOST,
    calls,
    facts,
    imported,
)
from tests.test_cli import run

CALLS = [
    (
        "POST /face/v1.0/detect",
        {"use.operation": ("detect-with-face-id",), "use.returns-face-ids": ("yes",)},
    ),
    ("POST /face/v1.0/detect?returnFaceId=false", {"use.operation": ("detect",)}),
    (
        "POST /face/v1.2/detect?returnfaceid=False&returnFaceAttributes=emotion,Gender,blur,noise",
        {"use.operation": ("detect",), "use.infers": ("emotion", "gender", "face-quality")},
    ),
    (
        "POST /face/v1.2/detect?returnFaceId=false&returnFaceLandmarks=true",
        {"use.operation": ("detect",), "use.infers": ("landmarks",)},
    ),
    (
        "POST /face/v1.2/det%65ct?returnFaceId=%20false&returnFaceAttributes=emotion,%20gender+",
        {"use.operation": ("detect",), "use.infers": ("emotion", "gender")},
    ),
    ("POST /gateway/face/v1.0/verify", {"use.operation": ("verify",)}),
    ("post /face/v1.0/identify/", {"use.operation": ("identify",)}),
    ("POST /face/v1.0/findsimilars", {"use.operation": ("find-similar",)}),
    ("POST /face/v1.0/group", {"use.operation": ("group",)}),
    (
        "POST /face/v1.0/largepersongroups/a/persons/b/persistedFaces?userData=x",
        {"use.operation": ("enrol",)},
    ),
    ("POST /face/v1.2/detectLiveness-sessions", {"use.operation": ("liveness",)}),
    (
        "POST /face/v1.1-preview.1/detectLivenessWithVerify/singleModal/sessions",
        {"use.operation": ("liveness-with-verify",)},
    ),
    ("GET /face/v1.0/detect", {}),
    ("GET /face/v1.0/facelists/a/persistedfaces", {}),
    ("POST /surface/v1/verify", {}),
    ("POST /detect", {}),
]


@pytest.mark.parametrize(("line", "expected"), CALLS)
def test_what_a_call_says(line: str, expected: Mapping[str, Any], tmp_path: Path) -> None:
    assert facts(imported("calls", calls(line), "calls.jsonl", tmp_path)) == expected


def test_a_har_and_the_recordings_of_client_libraries_are_calls(tmp_path: Path) -> None:
    request = {"method": "POST", "url": f"{HOST}/face/v1.0/verify", "headers": [{"name": "url"}]}
    har = {"log": {"entries": [{"request": request, "response": {"status": 200}}]}}
    recorded = {"Entries": [{"RequestUri": "/face/v1.0/verify", "RequestMethod": "POST"}]}
    for content in (har, recorded):
        found = imported("calls", json.dumps(content), "a.har", tmp_path)
        assert (facts(found), found.survey.counted) == ({"use.operation": ("verify",)}, 1)


def test_entries_without_a_call_are_told_with_their_number(tmp_path: Path) -> None:
    request = {"method": "POST", "url": f"{HOST}/face/v1.0/verify"}
    odd = [{}, {"request": None}, {"request": {"method": "POST"}}, 7]
    entries = [{"request": request}, *odd, {"request": request}]
    for held in ({"log": {"entries": entries}}, {"entries": [request, {"url": "x"}, 3, *odd[:2]]}):
        survey = imported("calls", json.dumps(held), "a.har", tmp_path).survey
        told = "record 2 and 3 more: it has no method and no address of a call, or several"
        assert survey.passed_over == (told,)


def test_a_mark_of_the_order_of_bytes_is_no_part_of_a_recording(tmp_path: Path) -> None:
    line = json.dumps({"method": "POST", "url": f"{HOST}/face/v1.0/verify"})
    assert facts(imported("calls", f"\ufeff{line}", "a.jsonl", tmp_path))
    with pytest.raises(InvalidError) as refused:
        imported("calls", f"\ufeff{line}\n?", "b.jsonl", tmp_path)
    assert "line 2" in str(refused.value.diagnostics[0].message)


def test_a_call_with_two_addresses_is_none(tmp_path: Path) -> None:
    line = calls("POST /face/v1.0/verify")
    for more in (f'"URL": "{HOST}/face/v1.0/group"', '"method": "GET"'):
        content = line + line.replace("}", f", {more}}}")
        found = imported("calls", content, "calls.jsonl", tmp_path)
        assert facts(found) == {"use.operation": ("verify",)}
        assert found.survey.counted == 1
        assert found.survey.passed_over[0].startswith("record 2: ")


def test_models_and_what_no_rule_knows_are_named(tmp_path: Path) -> None:
    line = "POST /face/v1.0/detect?recognitionModel=recognition_04&returnFaceAttributes=aura"
    found = imported("calls", calls(line, line), "calls.jsonl", tmp_path)
    assert [note.text for note in found.notes] == [
        "`returnFaceAttributes` aura: no rule says what it means",
        "the model that recognises: recognition_04 (`recognitionModel`)",
    ]


def test_of_a_call_nothing_is_kept_but_its_operation_and_parameters(here: Path) -> None:
    secret = "never-to-be-seen"
    request = {
        "method": "POST",
        "url": f"https://{secret}:{secret}@{secret}.net/face/v1.0/detect?code={secret}#{secret}",
        "headers": [{"name": "Ocp-Apim-Subscription-Key", "value": secret}],
        "postData": {"text": secret, "url": secret},
    }
    har = {"log": {"entries": [{"request": request, "comment": secret}]}}
    (here / "a.har").write_text(json.dumps(har), encoding="utf-8")
    code, out, err = run("import", "calls", "a.har", "--into", "a.design")
    assert (code, err) == (0, "")
    assert secret not in out + (here / "a.design").read_text(encoding="utf-8")
