"""Versions of a policy of a pack: the newest judges unless another is asked for, in every place that names one."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

import clausewise
from clausewise import policies
from clausewise.dsl.printing.trees import print_tree
from clausewise.dsl.text.source import Source
from clausewise.intake.access import Access
from clausewise.intake.designs import read_design
from clausewise.intake.load import load_policy, versions
from clausewise.testing.whose import Whose, whose
from tests.security.conftest import Ended, designs, project, run

__all__ = ["designs", "project"]

FACE = "face-code-of-conduct"
OLD, NEW = f"{FACE} 1.0", load_policy(FACE).full_name
PACKED = [policies.find(name, ".policy") for name in policies.names(".policy")]
OLDER = [(newest, *pair) for newest in PACKED if newest for pair in policies.older(newest).items()]
BODY = "actor a {\n}\nuse u {\n  by  a\n}\n"


def written(folder: Path, named: str, file: str = "x.design") -> Path:
    """A design that names policies."""
    path = folder / file
    listed = [one.strip() for one in named.split(",")]
    in_json = {"deployment": "x", "judged-by": listed, "actor": {"a": {}}, "use": {"u": {}}}
    text = f'deployment "x"\njudged by {named}\n{BODY}'
    path.write_text(json.dumps(in_json) if file.endswith(".json") else text)
    return path


def judges(*words: object) -> list[str]:
    """The policies that judged, each with its version."""
    (design,) = run("check", *words, "-f", "json").json()["designs"]
    return [f"{policy['policy']} {policy['version']}" for policy in design["policies"]]


# in the packs


@pytest.mark.parametrize(("newest", "version", "path"), OLDER, ids=str)
def test_an_older_version_is_in_the_folder_called_after_it(
    newest: Path, version: str, path: Path
) -> None:
    policy = load_policy(f"{newest.stem} {version}")
    assert (policy.name, policy.version) == (newest.stem, version)
    assert path.samefile(policy.source.path)
    assert load_policy(newest.stem).version not in policies.older(newest)
    assert version in versions(policy)[:-1]


# where a policy is named


@pytest.mark.parametrize("file", ["x.design", "x.design.json"])
def test_a_design_pins_a_version(project: Path, file: str) -> None:
    for named, judging in (
        (FACE, [NEW]),
        (NEW, [NEW]),
        (OLD, [OLD]),
        (f"{OLD}, {FACE}", [OLD, NEW]),
    ):
        assert judges(written(project, named, file)) == judging


def test_a_design_is_printed_with_the_version() -> None:
    text = f'deployment "x"\njudged by {OLD}, door-code\n'
    tree = read_design(Source("x.design", text.replace(" 1.0", "   1.0"))).tree
    assert print_tree(tree) == text  # type: ignore[arg-type]


def test_a_flag_pins_a_version(project: Path) -> None:
    path = written(project, FACE)
    assert judges(path, "--policy", OLD) == [OLD]
    assert judges(written(project, OLD), "--policy", FACE) == [NEW]
    assert f"judged by {OLD}" in run("new", "--policy", OLD).out
    assert f"judged by {FACE}\n" in run("new", "--policy", NEW).out


def test_a_list_shows_all_versions(project: Path) -> None:
    del project
    for named in (OLD, NEW):
        (other,) = {OLD, NEW} - {named}
        said = " ".join(run("clause", "--policy", named).out.split())
        assert f"{named} (also installed: {other.split()[1]})" in said


def test_the_python_api_pins_a_version(project: Path) -> None:
    path = written(project, FACE)
    checked = clausewise.check(path, clausewise.Options(policy=OLD))
    assert [report.policy.full_name for report in checked.reports] == [OLD]
    assert clausewise.load_policy(OLD).full_name == OLD


def test_cases_pin_a_version(project: Path) -> None:
    text = "".join(
        f'case "by {named}" {{\n  design {{\n    deployment "x"\n    judged by {named}\n'
        "    actor a {\n      kind  company\n    }\n  }\n  expect   needs-information\n}\n"
        for named in (OLD, NEW)
    )
    (project / "mine.cases").write_text(text)
    assert "2 of 2 cases passed" in run("test", "mine.cases").said


@pytest.mark.parametrize("judged", [f"judged by {OLD}", f"judged by door-law,  {OLD}"])
def test_the_plugin_knows_cases_that_pin_a_version(tmp_path: Path, judged: str) -> None:
    path = tmp_path / "mine.cases"
    path.write_text(f'case "x" {{\n  design {{\n    deployment "x"\n    {judged}\n  }}\n}}\n')
    assert whose(path, Access(is_isolated=True)) is Whose.OURS
    path.write_text('case "x" {\n  design  "x.json"\n}\n')
    (tmp_path / "x.json").write_text(f'{{"judged-by": ["{OLD}"]}}')
    assert whose(path, Access(is_isolated=True)) is Whose.OURS
    assert whose(path, Access(policies=(OLD,))) is Whose.OURS
    assert whose(path, Access(policies=("face-support-requests",))) is Whose.UNKNOWN


def test_a_portfolio_is_compared_with_an_older_version(project: Path) -> None:
    written(project, FACE)
    said = run("portfolio", "x.design", "--against", OLD).out
    assert f"judged by {NEW}" in said
    assert f"Against {OLD}: " in said
    written(project, OLD)
    assert f"judged by {OLD}" in run("portfolio", "x.design", "--against", FACE).out
    written(project, f"{OLD}, {FACE}")
    assert "the first designs name several policies" in " ".join(
        run("portfolio", "x.design").said.split()
    )


def test_what_an_older_version_cannot_read_is_named(project: Path) -> None:
    for name in ("door-code.policy", "doors.vocabulary"):
        (project / "old").mkdir(exist_ok=True)
        (project / "old" / name).write_text((project / name).read_text())
    vocabulary = project / "doors.vocabulary"
    text = vocabulary.read_text()
    assert "  alarm  " in text
    vocabulary.write_text(text.replace("  alarm  ", '  new yes-no choice ask "?"  alarm  '))
    path = project / "x.design"
    path.write_text('deployment "x"\njudged by door-code\ndoor d {\n}\nsafety {\n  new  yes\n}\n')
    ended = run("portfolio", path, "--against", "old/door-code.policy", "-f", "jsonl")
    assert ended.code == 2
    assert "door-code 1.0 cannot judge it: 6:3: `safety` has no field `new`" in ended.out


def test_two_versions_are_two_rules_in_every_format(project: Path) -> None:
    path = written(project, f"{OLD}, {FACE}")
    log = run("check", path, "-f", "sarif").json()["runs"][0]["tool"]["driver"]["rules"]
    assert {rule["id"].split("/")[0] for rule in log} == {OLD, FACE}
    said = run("check", path, "-f", "junit").out
    assert f"by {OLD}&quot;" in said or f'by {OLD}"' in said


# what is not there


@pytest.mark.parametrize("named", [f"{FACE} 0.9", f"{FACE} 1", f"{FACE} 1.0.0"])
def test_an_unknown_version_names_those_installed(project: Path, named: str) -> None:
    for ended in (
        run("check", written(project, named)),
        run("check", "--policy", named, written(project, FACE)),
    ):
        said = " ".join(ended.said.split())
        assert (ended.code, f"there is no version `{named.split()[1]}`" in said) == (2, True)
        assert f"installed: `{OLD}`, `{NEW}`" in said
    with pytest.raises(clausewise.InvalidError) as caught:
        clausewise.load_policy(named)
    assert caught.value.diagnostics[0].code == "E204"


@pytest.mark.parametrize(
    "named", [f"{FACE} ../1.0", f"{FACE} 1.0 ", f"{FACE}  1.0", f"{FACE} *", f"{FACE} "]
)
def test_a_version_is_a_number(project: Path, named: str) -> None:
    path = project / "x.json"
    path.write_text(json.dumps({"deployment": "x", "judged-by": [named], "use": {"u": {}}}))
    ended = run("check", path)
    assert (ended.code, "E545" in ended.said) == (2, True)


@pytest.mark.parametrize(
    "words", [f"{FACE} v1.0", f'{FACE} "1.0"', f"{FACE}@1.0", f"{FACE} version 1.0"]
)
def test_another_way_to_write_a_version_is_answered_with_the_right_one(
    project: Path, words: str
) -> None:
    said = run("check", written(project, words)).said
    assert f"write `judged by {OLD}`" in said


# who may judge


def listed(project: Path, *names: str, more: str = "") -> Path:
    """A configuration."""
    path = project / "clausewise.toml"
    path.write_text(f"policies = {json.dumps(names)}\n{more}")
    return path


def refused(ended: Ended) -> bool:
    return ended.code == 2 and "E511" in ended.said


def test_a_configuration_lists_versions(project: Path) -> None:
    listed(project, OLD)
    assert judges(written(project, OLD)) == [OLD]
    assert judges(written(project, FACE)) == [OLD]  # the newest that may judge
    assert refused(run("check", written(project, NEW)))
    listed(project, FACE)
    assert judges(written(project, NEW)) == [NEW]
    assert refused(run("check", written(project, OLD)))
    listed(project, OLD, FACE)
    assert judges(written(project, FACE)) == [NEW]
    assert judges(written(project, OLD)) == [OLD]
    listed(project, f"{FACE} 0.9")
    ended = run("check", written(project, FACE))
    assert (ended.code, "E109" in ended.said) == (2, True)


def test_readings_are_chosen_for_one_version(project: Path) -> None:
    path = written(project, OLD)

    def is_loose() -> bool:
        (design,) = run("check", path, "-f", "json").json()["designs"]
        return "or-lawful-use" in json.dumps(design["policies"][0]["readings"])

    chosen = f'[readings.{FACE}]\nconsent = "or-lawful-use"\n'
    listed(project, OLD, FACE, more=chosen)
    assert is_loose()
    listed(project, OLD, FACE, more=chosen + f'[readings."{OLD}"]\n')
    assert not is_loose()
    listed(project, OLD, FACE, more=f'[readings."{FACE} 0.9"]\n')
    assert run("check", path).code == 2


def test_a_policy_of_ones_own_has_the_version_that_it_says(project: Path) -> None:
    path = project / "designs" / "good.design"
    text = path.read_text()
    path.write_text(text.replace("judged by door-code", "judged by door-code 1.0"))
    assert judges(path) == ["door-code 1.0"]
    path.write_text(text.replace("judged by door-code", "judged by door-code 2.0"))
    assert "installed: `door-code 1.0`" in " ".join(run("check", path).said.split())
    (project / "rules").mkdir()
    newer = (project / "door-code.policy").read_text().replace('"1.0"', '"2.0"')
    (project / "rules" / "door-code.policy").write_text(newer)
    (project / "rules" / "doors.vocabulary").write_text((project / "doors.vocabulary").read_text())
    listed(project, "door-code.policy", "rules/door-code.policy")
    assert judges(path) == ["door-code 2.0"]


def test_a_folder_called_after_a_version_brings_no_judge(project: Path) -> None:
    """Strangers' designs may lie in a folder that is called `2026`."""
    folder = project / "2026"
    folder.mkdir()
    lax = (project / "door-code.policy").read_text().replace('"1.0"', '"2026"')
    (folder / "door-code.policy").write_text(lax)
    path = folder / "x.design"
    path.write_text('deployment "x"\njudged by door-code 2026\ndoor d {\n}\n')
    assert "there is no version `2026`" in run("check", path).said
    assert "there is no version `2026`" in run("check", path, "--policy", "door-code 2026").said


def test_a_file_that_is_not_what_its_folder_says_is_refused(
    project: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    pack = project / "packs" / "doors"
    (pack / "0.9").mkdir(parents=True)
    for name in ("door-code.policy", "doors.vocabulary"):
        (project / name).rename(pack / name)
    text = (pack / "door-code.policy").read_text()
    (pack / "0.9" / "door-code.policy").write_text(text.replace('"1.0"', '"0.8"'))
    monkeypatch.setattr(policies, "FOLDER", project / "packs")
    with pytest.raises(clausewise.InvalidError) as caught:
        load_policy("door-code 0.9")
    assert caught.value.diagnostics[0].code == "E208"
