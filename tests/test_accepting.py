"""What counts in a run: waivers, the baseline, and what they never change."""

from __future__ import annotations

import json
import os
import shutil
import tomllib
from datetime import date, timedelta
from pathlib import Path
from typing import Any
from xml.etree import ElementTree

import jsonschema
import pytest
from hypothesis import given, settings, strategies as st

from clausewise.accepting.accept import Acceptable, accept, baseline_of
from clausewise.accepting.baseline import SCHEMA, KnownProblems, read_baseline
from clausewise.accepting.problems import Problem, problems_of, worst
from clausewise.accepting.waivers import KEYS, read_waivers, waivers_schema
from clausewise.checking.accepted import Waiver
from clausewise.checking.check import check_each, check_file
from clausewise.checking.options import FAILING, Options
from clausewise.checking.report import Checked
from clausewise.checking.together import SEVERITY
from clausewise.dsl.text.diagnostic import InvalidError
from clausewise.dsl.text.source import Source
from clausewise.engine.core.outcomes import Verdict
from clausewise.formats.baseline import render
from clausewise.testing import Drawn, deployments
from tests.conftest import ROOT, within, write_reference
from tests.test_cli import run

TODAY = date(2026, 11, 26)
HOME = Path("designs").absolute()
FACE = deployments("face-recognition")
WAIVER = """\
[[waiver]]
design = "front.design"
clause = "keeping"
entity = "front"
reason = "the new recorder arrives in January"
approver = "R. Diaz, counsel"
ticket = "SEC-12"
expires = 2027-01-31
"""


NOT_FOR_THIS = """\
policy lodge-code
title       "The code of lodges"
vocabulary  doors
version     "1.0"

section must "Lodges must" {
  clause bell (L1) {
    at       "must, bullet 1"
    quotes   "have a bell"
    says     "A door that remembers for years needs an alarm."
    requires door d
      when d.keeps > 900 days
      that safety.alarm is yes
    because  "there is no bell"
  }
}
"""


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """The current folder: the reference's policy, a prohibited design, and its configuration."""
    monkeypatch.chdir(tmp_path)
    monkeypatch.delenv("GITHUB_STEP_SUMMARY", raising=False)
    write_reference(tmp_path)
    path = tmp_path / "front.design"
    path.write_text(path.read_text().replace("30 days", "60 days"))
    (tmp_path / "clausewise.toml").write_text('waivers = "waivers.toml"\n')
    (tmp_path / "waivers.toml").write_text(WAIVER)
    return tmp_path


def change(path: Path, *pairs: tuple[str, str]) -> None:
    text = path.read_text(encoding="utf-8")
    for old, new in pairs:
        assert old in text
        text = text.replace(old, new)
    path.write_text(text, encoding="utf-8")


# waivers


def test_the_verdict_stays_and_the_exit_code_counts_the_rest(folder: Path) -> None:
    code, out, err = run("check", "front.design", "--as-of", "2026-11-26", "--brief")
    assert (code, err) == (0, "")
    assert out == "front.design: prohibited, 1 waived until 2027-01-31 by door-code\n"
    screen = run("check", "front.design", "--as-of", "2026-11-26")[1].splitlines()
    assert screen[0] == out.strip()
    assert "waived until 2027-01-31 by R. Diaz, counsel (SEC-12): D3 of front" in screen[1]
    change(folder / "front.design", ("alarm  yes", "alarm  no"))
    code, out, _ = run("check", "front.design", "--as-of", "2026-11-26")
    assert code == 1
    assert "PROHIBITED, 1 waived until 2027-01-31" in out
    assert "alarm (D4)" in out
    assert "keeping (D3)" not in out


@pytest.mark.parametrize(
    ("day", "code"), [("2027-01-30", 0), ("2027-01-31", 0), ("2027-02-01", 1), ("2030-01-01", 1)]
)
def test_the_last_day_counts_and_then_it_reverts_loudly(folder: Path, day: str, code: int) -> None:
    del folder
    found, out, err = run("check", "front.design", "--as-of", day)
    assert found == code
    assert ("warning[W705]" in err) == (code == 1)
    assert ("\n  waivers.toml:1:1\n" in err) == (code == 1), (
        "the path is that of the working folder"
    )
    assert ("waived" in out) == (code == 0)


def test_without_a_date_it_is_today_whatever_the_design_says(folder: Path) -> None:
    """A design that says `as of` an earlier day would otherwise revive what has expired."""
    change(folder / "waivers.toml", ("2027-01-31", "2020-01-31"))
    change(folder / "front.design", ("as of 2026-11-23", "as of 2019-11-23"))
    assert run("check", "front.design")[0] == 1


NOT_FITTING = {
    'clause = "keeping"': 'clause = "keping"',
    'entity = "front"': 'entity = "frond"',
    'design = "front.design"': 'design = "fron.design"',
}


@pytest.mark.parametrize(("old", "new"), NOT_FITTING.items())
def test_what_fits_nothing_is_told_with_what_may_be_meant(folder: Path, old: str, new: str) -> None:
    change(folder / "waivers.toml", (old, new))
    code, _, err = run("check", "front.design")
    assert code == 1
    assert "warning[W706]" in err
    assert f"did you mean `{old.split(chr(34))[1]}`?" in " ".join(err.split())


@pytest.mark.parametrize("wrong", ["designs/fron.design", "elsewhere/of/it/front.design"])
def test_the_design_that_may_be_meant_is_named_as_a_waiver_names_it(
    folder: Path, wrong: str
) -> None:
    (folder / "designs").mkdir()
    (folder / "front.design").rename(folder / "designs" / "front.design")
    change(folder / "waivers.toml", ('design = "front.design"', f'design = "{wrong}"'))
    said = " ".join(run("check", "designs")[2].split())
    assert "there is no such design; did you mean `designs/front.design`?" in said


def test_a_waiver_of_a_design_that_cannot_be_read_is_not_unused(folder: Path) -> None:
    change(folder / "front.design", ("deployment ", "deploment "))
    code, _, err = run("check", "front.design")
    assert (code, "W706" in err) == (2, False)


def test_a_waiver_that_fits_nothing_is_told_with_all_its_entities(folder: Path) -> None:
    change(folder / "waivers.toml", ('"keeping"', '"D99"'), ('"front"', '["front", "staff"]'))
    said = " ".join(run("check", "front.design")[2].split())
    assert "nothing needs the waiver of `D99` of `front` and `staff`" in said
    assert "no policy that judges the design has such a clause" in said


@pytest.mark.parametrize("entity", ['"door"', '"staff"', '["front", "staff"]', '""'])
def test_it_is_told_of_which_entities_the_problem_is_found(folder: Path, entity: str) -> None:
    change(folder / "waivers.toml", ('entity = "front"', f"entity = {entity}"))
    _, _, err = run("check", "front.design", "--as-of", "2026-11-26")
    assert 'it is found of `entity = "front"`' in " ".join(err.split())


def test_it_is_told_of_which_entities_together(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    shutil.copy(ROOT / "examples" / "station-door.design", tmp_path / "front.design")
    (tmp_path / "clausewise.toml").write_text('waivers = "waivers.toml"\n')
    (tmp_path / "waivers.toml").write_text(
        WAIVER.replace("keeping", "N12").replace('"front"', '"gate"')
    )
    said = " ".join(run("check", "front.design", "--as-of", "2026-11-26")[2].split())
    assert 'it is found of `entity = ["staff-door", "city-police"]`' in said


def test_a_file_that_is_named_and_not_there_says_how_to_have_it(folder: Path) -> None:
    (folder / "waivers.toml").unlink()
    said = " ".join(run("check", "front.design")[2].split())
    assert "error[E100]" in said
    assert "make that file, which may be empty" in said
    (folder / "clausewise.toml").unlink()
    said = " ".join(run("check", "front.design", "--baseline", "known.json")[2].split())
    assert "`clausewise check --write-baseline known.json` writes it" in said


def test_a_waiver_of_a_design_that_is_not_judged_is_not_unused(folder: Path) -> None:
    shutil.copy(folder / "front.design", folder / "other.design")
    code, _, err = run("check", "other.design")
    assert (code, err) == (1, ""), "and a copy is not waived"


@pytest.mark.parametrize(
    ("entity", "code"),
    [('"front"', 0), ('["front"]', 0), ('["front", "staff"]', 1), ('"staff"', 1), ('""', 1)],
)
def test_all_entities_named_must_be_part_of_it(folder: Path, entity: str, code: int) -> None:
    change(folder / "waivers.toml", ('"front"\n', f"{entity}\n"))
    assert run("check", "front.design")[0] == code


@pytest.mark.parametrize(("policy", "code"), [("door-code", 0), ("door-code 1.0", 0), ("x", 1)])
def test_a_waiver_can_name_the_policy(folder: Path, policy: str, code: int) -> None:
    with (folder / "waivers.toml").open("a") as file:
        file.write(f'policy = "{policy}"\n')
    assert run("check", "front.design")[0] == code


def test_no_design_and_nothing_beside_it_waives_anything(folder: Path) -> None:
    submitted = folder / "submitted"
    submitted.mkdir()
    for name in ("front.design", "clausewise.toml", "waivers.toml"):
        shutil.copy(folder / name, submitted / name)
    (folder / "waivers.toml").write_text("")
    assert run("check", "submitted")[0] == 1


WRONG = {
    "expires = 2027-01-31": ("", "has no `expires`"),
    "ticket": ("tiket", "did you mean `ticket`?"),
    "2027-01-31": ("2027-01-31T00:00:00", "`expires` is no day"),
    '"SEC-12"': ("12", "`ticket` is no text"),
    'entity = "front"': ("entity = 1", "neither a text nor a list"),
    "[[waiver]]": ("[[waivers]]", "did you mean `waiver`?"),
    "[[": ("[", "`waiver` is no list"),
    "design =": ("design", "this is not TOML"),
    "= 2027-01-31": ("= someday", "a day as `2027-01-31`"),
}


@pytest.mark.parametrize(("old", "new"), WRONG.items())
def test_what_a_waiver_cannot_say_is_a_mistake_and_nothing_is_judged(
    folder: Path, old: str, new: tuple[str, str]
) -> None:
    text = WAIVER.replace("]]", "]") if old == "[[" else WAIVER
    (folder / "waivers.toml").write_text(text.replace(old, new[0]))
    code, out, err = run("check", "front.design")
    assert (code, out) == (2, "")
    assert "error[E110]" in err
    assert new[1] in " ".join(err.split())
    (folder / "waivers.toml").unlink()
    assert run("check", "front.design")[0] == 2


@pytest.mark.parametrize("key", ["reason", "approver", "ticket"])
@pytest.mark.parametrize(
    "said",
    ["", " ", "\u200b", "-", "?", "...", "tbd", "TODO", "n/a", "N/A.", "To be decided", "nobody"],
)
def test_a_placeholder_is_no_reason_no_approver_and_no_ticket(
    folder: Path, key: str, said: str
) -> None:
    entry = tomllib.loads(WAIVER)["waiver"][0]
    change(folder / "waivers.toml", (f'{key} = "{entry[key]}"', f"{key} = {json.dumps(said)}"))
    code, out, err = run("check", "front.design", "--as-of", "2026-11-26")
    assert (code, out) == (2, "")
    assert f"error[E110]: `{key}` is " in err
    assert f"write `{key} = {KEYS[key].example}`" in " ".join(err.split())
    assert ("or leave it out" in " ".join(err.split())) == (key == "ticket" and bool(said.strip()))


@pytest.mark.parametrize("said", ["Q", "名", "Toby D.", "not yet fitted, see the plan", "#12"])
def test_a_short_text_that_says_something_is_taken(folder: Path, said: str) -> None:
    for key in ("reason", "ticket") if said.startswith("not") else ("reason", "approver", "ticket"):
        entry = tomllib.loads((folder / "waivers.toml").read_text())["waiver"][0]
        change(folder / "waivers.toml", (f'"{entry[key]}"', json.dumps(said)))
        assert run("check", "front.design", "--as-of", "2026-11-26")[0] == 0


def test_each_mistake_stands_at_its_entry(folder: Path) -> None:
    (folder / "waivers.toml").write_text(f"{WAIVER}\n{WAIVER.replace('SEC-12', ' ')}")
    with pytest.raises(InvalidError) as raised:
        read_waivers(folder / "waivers.toml")
    (found,) = raised.value.diagnostics
    assert found.position == (16, 1)


def test_the_schema_takes_what_is_read() -> None:
    schema = waivers_schema()
    jsonschema.Draft202012Validator.check_schema(schema)
    assert json.loads((ROOT / "docs" / "waivers.schema.json").read_text()) == schema
    text = "[[waiver]]\n" + "".join(f"{name} = {key.example}\n" for name, key in KEYS.items())
    entry = tomllib.loads(text)["waiver"][0] | {"expires": "2027-01-31"}
    jsonschema.validate({"waiver": [entry]}, schema)
    bad: dict[str, Any]
    blank = entry | {"approver": " -"}
    for bad in (
        {"waivers": []},
        {"waiver": [entry | {"x": 1}]},
        {"waiver": [{}]},
        {"waiver": [blank]},
    ):
        with pytest.raises(jsonschema.ValidationError):
            jsonschema.validate(bad, schema)


# every format tells it


def shown(format_: str, *words: str) -> str:
    code, out, _ = run("check", "front.design", "-f", format_, "--as-of", "2026-11-26", *words)
    assert code == 0
    return out


def test_every_format_tells_of_a_waiver(folder: Path) -> None:
    del folder
    for format_ in ("markdown", "summary", "github", "azuredevops", "junit", "sarif", "text"):
        assert "waived until 2027-01-31" in shown(format_).replace("\\", ""), format_
        assert "the new recorder arrives in January" in shown(format_), format_


def test_json_has_what_counts_beside_the_verdict(folder: Path) -> None:
    del folder
    (design,) = json.loads(shown("json"))["designs"]
    (policy,) = design["policies"]
    assert (design["verdict"], policy["verdict"], policy["counted"]) == (
        "prohibited",
        "prohibited",
        "permitted",
    )
    assert policy["accepted"] == [
        {
            "by": "waived",
            "clause": "keeping",
            "entities": ["front"],
            "outcome": "violated",
            "reason": "the new recorder arrives in January",
            "approver": "R. Diaz, counsel",
            "ticket": "SEC-12",
            "expires": "2027-01-31",
        }
    ]
    outcomes = {clause["clause"]: clause["outcome"] for clause in policy["clauses"]}
    assert outcomes["keeping"] == outcomes["consistent"] == "violated"


def results_of(text: str) -> list[dict[str, Any]]:
    found: list[dict[str, Any]] = json.loads(text)["runs"][0]["results"]
    return found


def test_sarif_suppresses_what_is_waived_and_what_follows_from_it(folder: Path) -> None:
    del folder
    found = {one["ruleId"]: one for one in results_of(shown("sarif"))}
    assert set(found) == {"door-code/keeping", "door-code/consistent"}
    for one in found.values():
        (suppression,) = one["suppressions"]
        assert (suppression["kind"], suppression["status"]) == ("external", "accepted")
        assert "SEC-12" in suppression["justification"]


def test_junit_skips_it_and_build_logs_show_a_notice(folder: Path) -> None:
    del folder
    suite = ElementTree.fromstring(shown("junit"))[0]
    assert (suite.get("failures"), suite.get("skipped")) == ("0", "2")
    assert shown("github").count("::notice ") == 2
    assert "::error" not in shown("github")
    assert "type=error" not in shown("azuredevops")


@pytest.mark.parametrize("format_", ["json", "sarif", "junit", "markdown", "github", "summary"])
def test_every_format_tells_of_what_has_expired(folder: Path, format_: str) -> None:
    del folder
    code, out, _ = run("check", "front.design", "-f", format_, "--as-of", "2028-01-01")
    assert (code, "W705" in out) == (1, True)


def test_the_columns_of_a_summary_do_not_slip(folder: Path) -> None:
    """Whatever does not count in one of them, and whatever a policy calls its verdicts."""
    (folder / "ok.design").write_text(
        (folder / "front.design").read_text().replace("60 days", "30 days")
    )
    (folder / "broken.design").write_text("deployment")

    def summary() -> list[str]:
        _, out, _ = run(
            "check", "broken.design", "front.design", "ok.design", "--as-of", "2026-11-26"
        )
        return out[out.index("Summary") :].splitlines()[1:4]

    assert summary() == [
        "  not judged                             broken.design",
        "  prohibited  1 waived until 2027-01-31  front.design",
        "  permitted                              ok.design",
    ]
    (folder / "waivers.toml").write_text("")
    told = 'version     "1.0"\nverdict prohibited "not as doors 門 ought to be"'
    change(folder / "door-code.policy", ('version     "1.0"', told))
    assert summary() == [
        "  not judged                   broken.design",
        "  not as doors 門 ought to be  front.design",
        "  permitted                    ok.design",
    ]


def test_of_several_policies_all_that_does_not_count_is_counted(folder: Path) -> None:
    policy = (folder / "door-code.policy").read_text()
    (folder / "lodge-code.policy").write_text(
        policy.replace("policy door-code", "policy lodge-code")
    )
    change(folder / "front.design", ("judged by door-code", "judged by door-code, lodge-code"))
    told = "prohibited, 2 waived until 2027-01-31"
    assert f"front.design: {told}" in shown("github")
    assert f"| `front.design` | {told} |" in shown("summary")
    assert "prohibited  1 waived until 2027-01-31  lodge-code 1.0" in shown("text")


def test_that_another_law_does_not_apply_is_no_problem_of_a_design(folder: Path) -> None:
    """Neither is it counted, nor does a baseline hold it, unless no policy applies."""
    (folder / "clausewise.toml").unlink()
    (folder / "lodge-code.policy").write_text(NOT_FOR_THIS)
    change(folder / "front.design", ("judged by door-code", "judged by door-code, lodge-code"))
    words = ("check", "front.design", "--write-baseline", "known.json", "--format", "json")
    code, out, err = run(*words)
    assert (code, err) == (0, "wrote a baseline of 1 problem in 1 design: known.json\n")
    (design,) = json.loads(out)["designs"]
    counted = {policy["policy"]: policy["counted"] for policy in design["policies"]}
    assert counted == {"door-code": "permitted", "lodge-code": "not-applicable"}
    change(folder / "front.design", ("judged by door-code, lodge-code", "judged by lodge-code"))
    code, _, err = run(*words)
    assert (code, err) == (0, "wrote a baseline of 1 problem in 1 design: known.json\n")
    assert run("check", "front.design")[0] == 5


# a baseline


def test_a_baseline_hides_what_is_there_and_nothing_new(folder: Path) -> None:
    (folder / "clausewise.toml").unlink()
    code, _, err = run("check", "front.design", "--write-baseline", "known.json")
    assert (code, err) == (0, "wrote a baseline of 1 problem in 1 design: known.json\n")
    words = ("check", "front.design", "--baseline", "known.json")
    assert run(*words)[:2][0] == 0
    assert "prohibited, 1 in the baseline" in run(*words)[1]
    design = folder / "front.design"
    change(design, ("actor acme", "# moved\n\n\nactor acme"))
    assert run(*words)[0] == 0, "lines play no part"
    change(design, ("60 days", "90 days"))
    assert run(*words)[0] == 1, "other facts"
    change(design, ("90 days", "60 days"), ("alarm  yes", "alarm  no"))
    code, out, _ = run(*words)
    assert (code, "alarm (D4)" in out, "keeping (D3)" in out) == (1, True, False)
    change(design, ("alarm  no", "alarm  yes"), ("door front", "door side"))
    assert run(*words)[0] == 1, "another entity"
    change(design, ("door side", "door front"))
    shutil.copy(design, folder / "copy.design")
    assert run("check", "copy.design", "--baseline", "known.json")[0] == 1, "another design"


def test_what_a_baseline_hides_can_be_listed_and_what_is_gone_is_told(folder: Path) -> None:
    (folder / "clausewise.toml").write_text('baseline = "known.json"\n')
    assert run("check", "front.design", "--write-baseline", "known.json")[0] == 0
    hidden = run("check", "front.design")[1]
    listed = run("check", "front.design", "--show-baselined")[1]
    assert "In the baseline: 1 (`--show-baselined` lists them)" in hidden
    assert "in the baseline: D3 of front violated" in listed
    assert "(`--show-baselined` lists them)" in shown("markdown")
    assert results_of(shown("sarif")) == []
    states = [one["baselineState"] for one in results_of(shown("sarif", "--show-baselined"))]
    assert states == ["unchanged", "unchanged"]
    change(folder / "front.design", ("60 days", "30 days"))
    code, _, err = run("check", "front.design")
    assert (code, "warning[W707]: 1 problem of the baseline no longer occurs" in err) == (0, True)
    (folder / "front.design").rename(folder / "other.design")
    assert "W707" in run("check", "other.design")[2], "a design that is gone, too"


def test_to_mend_a_part_of_a_violation_is_no_new_problem(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    design = tmp_path / "door.design"
    shutil.copy(ROOT / "examples" / "station-door.design", design)
    unfree = ("awareness, understanding, freedom-of-choice, control", "awareness")
    change(design, unfree, ("alternative      yes", "alternative      no"))
    assert run("check", "door.design", "--write-baseline", "known.json")[0] == 0
    words = ("check", "door.design", "--baseline", "known.json")
    change(design, unfree[::-1])
    assert run(*words)[0] == 0, "the other breach of the same clause was there before"
    change(design, ("explicit", "implied"))
    assert run(*words)[0] == 1, "this breach was not"


def test_a_problem_stands_in_a_baseline_once_and_writing_it_warns_of_nothing(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Of a clause that binds nothing, and waits for people while its only finding waits for facts, too."""
    monkeypatch.chdir(tmp_path)
    shutil.copy(ROOT / "policies" / "face" / "patrol.design", tmp_path)
    code, _, err = run("check", "patrol.design", "--write-baseline", "known.json")
    assert (code, "W707" in err) == (0, False)
    problems = json.loads((tmp_path / "known.json").read_text())["problems"]
    places = [(p["clause"], *p["entities"]) for p in problems]
    assert len(set(places)) == len(places)
    twice = [p for p in problems if p["clause"] == "no-harm"]
    problems += [{**p, "outcome": "undetermined"} for p in twice]  # as it was written before
    document = {"schema": SCHEMA, "problems": problems}
    (tmp_path / "known.json").write_text(json.dumps(document))
    code, _, err = run("check", "patrol.design", "--baseline", "known.json")
    assert (len(twice), code, "W707" in err) == (1, 0, False)


def test_a_waiver_stays_one_beside_a_baseline(folder: Path) -> None:
    assert run("check", "front.design", "--write-baseline", "known.json")[0] == 0
    assert json.loads((folder / "known.json").read_text())["problems"] == []


def test_what_could_not_be_judged_is_in_no_baseline(folder: Path) -> None:
    (folder / "front.design").write_text("deployment\n")
    for words in (("--write-baseline", "known.json"), ("--baseline", "known.json")):
        assert run("check", "front.design", *words)[0] == 2


ENTRY = {
    "design": "a",
    "policy": "p",
    "clause": "c",
    "entities": ["e"],
    "outcome": "violated",
    "facts": ["e.f 1"],
}


@pytest.mark.parametrize(
    "document",
    [
        "",
        "[]",
        "[" * 100_000,
        "{}",
        {"schema": "clausewise/baseline/2", "problems": []},
        {"schema": SCHEMA, "problems": [ENTRY | {"outcome": "bad"}]},
        {"schema": SCHEMA, "problems": [ENTRY | {"more": 1}]},
        {"schema": SCHEMA, "problems": [ENTRY | {"entities": [1]}]},
        {"schema": SCHEMA, "problems": [1]},
        {"schema": SCHEMA, "problems": 1},
    ],
)
def test_what_is_no_baseline_is_a_mistake(folder: Path, document: object) -> None:
    text = document if isinstance(document, str) else json.dumps(document)
    (folder / "known.json").write_text(text)
    code, _, err = run("check", "front.design", "--baseline", "known.json")
    assert (code, "error[E111]" in err) == (2, True)


def test_a_baseline_replaces_no_input(folder: Path) -> None:
    before = (folder / "front.design").read_text()
    assert run("check", "front.design", "--write-baseline", "front.design")[0] == 2
    assert (folder / "front.design").read_text() == before


def test_drafts_and_open_questions_are_problems_too(folder: Path) -> None:
    (folder / "clausewise.toml").unlink()
    change(folder / "front.design", ("alarm  yes", "alarm  unknown"), ("60 days", "30 days"))
    change(folder / "front.design", ('"Front door"', '"Front door" draft'))
    assert run("check", "front.design", "--write-baseline", "known.json")[0] == 0
    assert run("check", "front.design", "--baseline", "known.json")[0] == 0
    change(folder / "front.design", ("alarm  unknown", "alarm  no"))
    assert run("check", "front.design", "--baseline", "known.json")[0] == 1, "open, now violated"


def test_a_clause_that_only_says_of_others_follows_from_them(folder: Path) -> None:
    """Also where it tells no breaches apart: else it would have to be waived, too."""
    (result,) = [check_file(folder / "front.design", within(folder))]
    judgement = result.reports[0].judgement
    followed = judgement.follows_from(judgement.clause("consistent"))
    assert [judged.clause.name for judged in followed] == ["keeping"]
    assert (
        "consistent (D6)  follows from D3."
        in run("check", "front.design", "--isolated", "--policy", "door-code.policy")[1]
    )


# laws


def judged(text: str) -> Checked | None:
    source = Source(str(HOME / "x.design"), text)
    try:
        return check_each(source, Options(policy="face-code-of-conduct"), try_answers=False)
    except InvalidError:
        return None


def waiver_of(problem: Problem, expires: date) -> Waiver:
    names = tuple(filter(None, problem.entities)) or ("",)
    return Waiver(os.path.realpath(HOME / "x.design"), problem.clause, names, "why", "who", expires)


def by(waivers: tuple[Waiver, ...] = (), known: KnownProblems | None = None) -> Acceptable:
    source = Source("waivers.toml", "")
    return Acceptable(
        TODAY, HOME, (source, waivers) if waivers else None, (source, known) if known else None
    )


def outcomes(result: Checked) -> list[tuple[str, Verdict, list[tuple[str, str]]]]:
    return [
        (report.policy.name, report.verdict, [(j.clause.name, j.outcome) for j in report.clauses])
        for report in result.reports
    ]


FEW = settings(max_examples=settings().max_examples // 6)
"""Each example judges a whole design by the Face code."""
FAIL_ON = st.frozensets(st.sampled_from(sorted(FAILING)))
CODES = {1: 0, 3: 1, 4: 2, 0: 3, 5: 4}
"""Exit codes of verdicts, with how bad they are: 0 is the worst."""


@FEW
@given(FACE, st.randoms(use_true_random=False), FAIL_ON, st.integers(-2, 2))
def test_a_waiver_changes_no_verdict_and_never_makes_the_exit_code_worse(
    drawn: Drawn, random: Any, fail_on: frozenset[Verdict], days: int
) -> None:
    result = judged(drawn.text)
    if result is None:
        return
    problems = problems_of(result.reports[0])
    assert worst(problems) is result.verdict
    named = [one for one in problems if one.clause]
    chosen = random.sample(named, random.randint(0, len(named)))
    waivers = tuple(waiver_of(one, TODAY + timedelta(days)) for one in chosen)
    (after,) = accept([result], by(waivers))
    assert outcomes(after) == outcomes(result)
    before_code, code = result.counted_code(fail_on), after.counted_code(fail_on)
    assert CODES[code] >= CODES[before_code]
    if days < 0 or not chosen:
        assert (code, after.counted) == (before_code, result.verdict), "none, or expired"
        assert after.reports[0].verdict_told == result.reports[0].verdict_told


@FEW
@given(FACE)
def test_all_that_is_waived_leaves_nothing_that_counts(drawn: Drawn) -> None:
    result = judged(drawn.text)
    if result is None:
        return
    problems = [one for one in problems_of(result.reports[0]) if one.clause]
    (after,) = accept([result], by(tuple(waiver_of(one, TODAY) for one in problems)))
    left = [one for one in problems_of(result.reports[0]) if not one.clause]
    assert after.counted is worst(left)
    accepted = after.reports[0].accepted
    if accepted and problems:
        failing = [j for j in after.reports[0].clauses if j.is_open or j.outcome == "violated"]
        assert all(after.reports[0].acceptance_of(one) for one in failing), "derived ones, too"


@FEW
@given(FACE, FACE)
def test_a_baseline_hides_all_and_only_what_is_there(drawn: Drawn, other: Drawn) -> None:
    first, second = judged(drawn.text), judged(other.text)
    if first is None or second is None:
        return
    known = baseline_of([first], HOME)
    (after,) = accept([first], by(known=KnownProblems(dict(known.entries))))
    assert after.counted is Verdict.PERMITTED
    assert outcomes(after) == outcomes(first)
    again = KnownProblems(dict(known.entries))
    (changed,) = accept([second], by(known=again))
    hidden = {(o.clause, o.entities) for o in changed.reports[0].accepted.problems}  # type: ignore[union-attr]
    assert hidden <= {(key[2], key[3]) for key in known.entries}
    assert SEVERITY.index(changed.counted or Verdict.PERMITTED) >= SEVERITY.index(
        second.verdict or Verdict.PERMITTED
    )


@FEW
@given(FACE)
def test_a_baseline_reads_as_it_was_written(drawn: Drawn) -> None:
    result = judged(drawn.text)
    if result is None:
        return
    known = baseline_of([result], HOME)
    path = Path(os.environ["CLAUSEWISE_CACHE"]) / "baseline.json"
    path.write_text(render(known), encoding="utf-8")
    _, again = read_baseline(path, 2**22)
    assert {k: sorted(v) for k, v in again.entries.items()} == {
        k: sorted(v) for k, v in known.entries.items()
    }


@pytest.mark.parametrize("path", sorted((ROOT / "examples").glob("*.design")), ids=lambda p: p.stem)
def test_the_problems_of_an_example_come_to_its_verdict(path: Path) -> None:
    for report in check_file(path, within(ROOT), try_answers=False).reports:
        assert worst(problems_of(report)) is report.verdict


def test_to_mend_what_others_wait_for_makes_nothing_worse(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The Face code's N2 is violated by others, and open for a judgement of its own; then it waits for both."""
    monkeypatch.chdir(tmp_path)
    text = (ROOT / "examples" / "station-door.design").read_text(encoding="utf-8")
    design = tmp_path / "door.design"
    design.write_text(text)
    assert run("check", "door.design", "--write-baseline", "known.json")[0] == 0
    for mended in (
        text.replace("police-department\n  jurisdiction  US-TX", "police-department"),
        text.replace("police-department", "company"),
    ):
        assert mended != text
        design.write_text(mended)
        code, out, _ = run("check", "door.design", "--baseline", "known.json", "--brief")
        assert code == 0, out
