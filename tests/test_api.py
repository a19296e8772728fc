"""`import clausewise`: the same as the command line, for Python."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

import clausewise
from tests.conftest import ROOT, reference_examples


def test_check_a_file(doors: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(doors)
    result = clausewise.check("front.design")
    assert result.verdict is clausewise.Verdict.PERMITTED
    assert result.exit_code == 0
    (report,) = result.reports
    outcomes = {judged.clause.name: judged.outcome for judged in report.clauses}
    assert outcomes["us-police"] is clausewise.Outcome.MET


def test_check_text_and_json_alike(doors: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(doors)
    examples = reference_examples()
    text = clausewise.check_text(examples["design"], path=str(doors / "x.design"))
    same = clausewise.check_text(examples["json"], path=str(doors / "x.json"))
    assert text.verdict is same.verdict
    for one, other in zip(text.reports[0].clauses, same.reports[0].clauses, strict=True):
        assert (one.outcome, one.facts, one.missing) == (other.outcome, other.facts, other.missing)


def test_options(doors: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(doors)
    text = reference_examples()["design"].replace("30 days", "60 days")
    path = str(doors / "x.design")
    assert clausewise.check_text(text, path=path).verdict == "prohibited"
    options = clausewise.Options(readings={"keeping": "loose"})
    assert clausewise.check_text(text, options, path=path).verdict == "permitted"


def test_mistakes_are_values(doors: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(doors)
    with pytest.raises(clausewise.InvalidError) as raised:
        clausewise.check_text('deployment "x"\njudged by door-cod\n', path=str(doors / "x.design"))
    (found,) = raised.value.diagnostics
    assert (found.code, found.position) == ("E204", (2, 11))
    assert "door-code" in (found.hint or "")
    with pytest.raises(clausewise.InvalidError):
        clausewise.check(doors / "gone.design")
    with pytest.raises(clausewise.InvalidError):
        clausewise.load_policy("gone")


def test_a_policy_can_be_read() -> None:
    policy = clausewise.load_policy("face-code-of-conduct")
    clause = policy.clause("N12")
    assert clause is not None
    assert clause.name == "us-police"
    assert "police department" in clause.quotes


def test_every_public_name_is_there_and_documented() -> None:
    for name in clausewise.__all__:
        found = getattr(clausewise, name)
        assert name == "__version__" or found.__doc__
    with pytest.raises(AttributeError):
        clausewise.nothing  # noqa: B018


def test_types_are_published() -> None:
    assert (ROOT / "app" / "py.typed").is_file()
    assert json.dumps(clausewise.Verdict.PERMITTED) == '"permitted"'
