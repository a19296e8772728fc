"""Where a design and the files from which it was imported differ."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from clausewise.checking.check import check_file
from clausewise.checking.options import Options
from clausewise.editor.analysis import analyse
from clausewise.editor.kinds import KINDS
from clausewise.importing import drift
from clausewise.importing.drift import MOST_HCL, Compared
from clausewise.importing.findings import Imported
from clausewise.importing.importing import imported_from
from tests.importing.files import (
    ACCOUNT,
    DESIGN,
    ORIGIN,
    TERRAFORM,
    account,
    begun,
    of_arm,
    plan,
    template,
)

DRIFT = [
    (plan(account()), []),
    (plan(account(sku_name="F0")), ["W708"]),
    (plan(), ["W708"]),
    (plan(account(), account("b", sku_name="F0")), ["W708"]),
    ("{}", ["W709"]),
    ("not JSON", ["W709"]),
    (None, ["W709"]),
]


@pytest.mark.parametrize(("now", "codes"), DRIFT)
def test_check_warns_where_a_design_and_its_plan_differ(
    now: str | None, codes: list[str], here: Path
) -> None:
    begun(here, plan(account()))
    before = check_file(here / "a.design")
    if now is None:
        (here / "plan.json").unlink()
    else:
        (here / "plan.json").write_text(now, encoding="utf-8")
    checked = check_file(here / "a.design")
    found = [d for d in checked.diagnostics if d.code in ("W708", "W709")]
    assert [d.code for d in found] == codes
    assert all(d.position[0] > 1 for d in found)
    assert checked.exit_code == before.exit_code
    assert found == [w for r in checked.reports for w in r.warnings if w.code in ("W708", "W709")]


@pytest.mark.parametrize(
    "accounts",
    [
        [account(unknown={"sku_name": True})],
        [account(sku_name="S0"), account("other", sku_name="F0")],
    ],
    ids=["not known", "two that differ"],
)
def test_what_a_file_leaves_open_is_not_told_as_gone(here: Path, accounts: list[Any]) -> None:
    (here / "plan.json").write_text(plan(*accounts), encoding="utf-8")
    (here / "a.design").write_text(DESIGN.replace("LINE", f"standard {ORIGIN}"), encoding="utf-8")
    (found,) = [d for d in check_file(here / "a.design").diagnostics if d.code == "W708"]
    assert found.message == (
        "`registration.tier` is standard, and what plan.json says of it is not known"
    )


def test_where_no_rules_are_nothing_is_compared(here: Path) -> None:
    """The first version of the Face pack has none."""
    text = DESIGN.replace("LINE", f"standard {ORIGIN}").replace("conduct", "conduct 1.0")
    text = text.replace("  holder  none  # nobody yet\n", "")
    (here / "a.design").write_text(text, encoding="utf-8")
    found = [d for d in check_file(here / "a.design").diagnostics if d.code[:3] == "W70"]
    assert [d.message for d in found if d.code != "W702"] == [
        "nothing was compared: no rule says what files mean in the words of `face-recognition`"
    ]


def test_templates_and_files_of_terraform_are_compared_and_recordings_are_not(here: Path) -> None:
    (here / "t.json").write_text(template(of_arm("S0")), encoding="utf-8")
    (here / "main.tf").write_text(TERRAFORM % ('"F0"', ""), encoding="utf-8")
    lines = 'standard from "t.json#resources[0].sku.name" from "main.tf#a.b" from "c.har#call 1"'
    (here / "a.design").write_text(DESIGN.replace("LINE", lines), encoding="utf-8")
    found = [d.message for d in check_file(here / "a.design").diagnostics if d.code[:2] == "W7"]
    assert found == [
        f"`registration.tier` is standard, and free by main.tf#{ACCOUNT}.face.sku_name"
    ]


def test_what_comes_from_two_places_of_a_file_is_told_once(here: Path) -> None:
    begun(here, plan(account(sku_name="F0")))
    line = f'standard {ORIGIN} from "plan.json#a.b"'
    (here / "a.design").write_text(DESIGN.replace("LINE", line), encoding="utf-8")
    found = [d.code for d in check_file(here / "a.design").diagnostics if d.code == "W708"]
    assert found == ["W708"]


def test_of_a_file_that_is_too_large_to_compare_its_bound_is_told(here: Path) -> None:
    (here / "main.tf").write_text("#" * (MOST_HCL + 1), encoding="utf-8")
    line = 'standard from "main.tf#a.b"'
    (here / "a.design").write_text(DESIGN.replace("LINE", line), encoding="utf-8")
    (found,) = [d for d in check_file(here / "a.design").diagnostics if d.code == "W709"]
    assert "hold at most 32 KiB in all" in found.message
    assert found.hint is not None
    assert found.hint.startswith("import a plan")


def test_an_editor_is_told_the_same_and_reads_a_file_again_once_it_changes(
    here: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    begun(here, plan(account()))
    text = (here / "a.design").read_text(encoding="utf-8")
    reads: list[Path] = []

    def counted(path: Path, *rest: Any) -> Imported:
        reads.append(path)
        return imported_from(path, *rest)

    monkeypatch.setattr(drift, "imported_from", counted)
    kept = Compared()

    def told() -> list[str]:
        """What is underlined of drift, while somebody types."""
        found = []
        for more in ("", "# more\n"):
            analysis = analyse(str(here / "a.design"), text + more, KINDS[0], Options(), kept)
            found.append([d.message for d in analysis.problems if d.code[:3] == "W70"])
        assert found[0] == found[1]
        return found[0]

    def of_check() -> list[str]:
        return [d.message for d in check_file(here / "a.design").diagnostics if d.code[:3] == "W70"]

    for content in (plan(account()), plan(account(sku_name="F0")), "not JSON", plan()):
        (here / "plan.json").write_text(content, encoding="utf-8")
        reads.clear()
        assert told() == of_check()
        assert len(reads) <= 2, "once by the editor for both texts, and once by the command"
    (here / "plan.json").unlink()
    assert told() == of_check()
    assert kept.holds(here / "plan.json")
