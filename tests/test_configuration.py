"""The configuration: which file, what stands above what, and what is a mistake."""

from __future__ import annotations

import json
import os
import subprocess
import sys
import tomllib
from pathlib import Path

import jsonschema
import pytest

from clausewise.configuration.find import nearest
from clausewise.configuration.keys import KEYS
from clausewise.configuration.options import options_from, options_here
from clausewise.configuration.read import Configuration, configuration
from clausewise.configuration.schema import configuration_schema
from clausewise.dsl.text.diagnostic import InvalidError
from clausewise.engine.core.outcomes import Verdict
from tests.conftest import ROOT
from tests.test_cli import folder, run

__all__ = ["folder"]


@pytest.fixture
def here(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """The working folder, two levels below a folder that is the test's alone."""
    path = tmp_path / "a" / "b"
    path.mkdir(parents=True)
    monkeypatch.chdir(path)
    for key in KEYS.values():
        monkeypatch.delenv(key.variable, raising=False)
    monkeypatch.delenv("CLAUSEWISE_CONFIG", raising=False)
    return path


def codes(text: str, here: Path, name: str = "clausewise.toml") -> list[tuple[str, int, str]]:
    """The mistakes in a configuration, with their lines and hints."""
    (here / name).write_text(text)
    with pytest.raises(InvalidError) as raised:
        options_from(configuration())
    return [(d.code, d.position[0], d.hint or "") for d in raised.value.diagnostics]


# which file


def test_without_a_file_the_defaults_hold(here: Path) -> None:
    found = configuration()
    assert (found.file, found.root) == (None, here)
    assert {name: setting.value for name, setting in found.settings.items()} == {
        name: key.default for name, key in KEYS.items()
    }


def test_the_nearest_wins_and_nothing_is_merged(here: Path) -> None:
    (here.parent.parent / "clausewise.toml").write_text('evidence = "required"\n')
    assert configuration().file == here.parent.parent / "clausewise.toml"
    (here.parent / "pyproject.toml").write_text('[tool.clausewise]\nexclude = ["x"]\n')
    found = configuration()
    assert found.file == here.parent / "pyproject.toml"
    assert (found["exclude"], found["evidence"]) == (("x",), "optional")
    (here.parent / "clausewise.toml").write_text("")
    assert configuration().file == here.parent / "clausewise.toml"
    (here / "clausewise.toml").write_text("")
    assert configuration().file == here / "clausewise.toml"


@pytest.mark.parametrize(
    ("text", "counts"),
    [
        ("[tool.clausewise]\n", True),
        ("[tool.clausewise.readings.x]\ny = 'z'\n", True),
        ('[ "tool" . "clausewise" ]\n', True),
        ("tool.clausewise.exclude = []\n", True),
        ("[tool]\nclausewise = {}\n", True),
        ("[tool.other]\nclausewise = 1\n", False),
        ("[tool]\nother = 'clausewise'\n", False),
        ("[project]\nname = 'clausewise'\n", False),
        ("# [tool.clausewise]\n", False),
    ],
)
def test_a_pyproject_counts_if_it_has_a_table(here: Path, text: str, counts: bool) -> None:
    (here / "pyproject.toml").write_text(text)
    (here.parent / "clausewise.toml").write_text("")
    expected = here / "pyproject.toml" if counts else here.parent / "clausewise.toml"
    assert configuration().file == expected


def test_a_folder_for_all_ends_the_search(here: Path) -> None:
    top = here.parent.parent
    (top / "clausewise.toml").write_text("")
    (here.parent / "x").mkdir()
    here.parent.chmod(0o777)
    try:
        assert nearest(str(here)) is None
    finally:
        here.parent.chmod(0o755)
    assert nearest(str(here)) == str(top / "clausewise.toml")


def test_what_lies_beside_a_design_does_not_count(folder: Path) -> None:
    submitted = folder / "submitted"
    submitted.mkdir()
    (folder / "1.design").rename(submitted / "1.design")
    for name, opening in (("clausewise.toml", ""), ("pyproject.toml", "[tool.clausewise]\n")):
        (submitted / name).write_text(f'{opening}fail-on = []\nexclude = ["*"]\n')
        assert run("check", "submitted/1.design")[0] == 1
        assert run("check", "submitted")[0] == 1
        (submitted / name).unlink()


def test_a_link_that_leads_nowhere_is_a_mistake(here: Path) -> None:
    (here / "clausewise.toml").symlink_to("gone.toml")
    with pytest.raises(InvalidError, match="E100"):
        configuration()


def test_flags_and_variables_choose_the_file(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (folder / "clausewise.toml").write_text('fail-on = ["needs-review"]\n')
    (folder / "other.toml").write_text('fail-on = ["prohibited"]\n')
    assert run("check", "1.design")[0] == 0
    assert run("check", "1.design", "--config", "other.toml")[0] == 1
    assert run("check", "1.design", "--config", "gone.toml")[0] == 2
    monkeypatch.setenv("CLAUSEWISE_CONFIG", "other.toml")
    assert run("check", "1.design")[0] == 1
    assert run("check", "1.design", "--isolated", "--policy", "door-code.policy")[0] == 1


# what stands above what


def test_flags_stand_above_variables_above_the_file(
    folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (folder / "clausewise.toml").write_text('fail-on = []\nevidence = "required"\n')
    assert configuration()["evidence"] == "required"
    assert run("check", "1.design")[0] == 0
    monkeypatch.setenv("CLAUSEWISE_FAIL_ON", "prohibited, needs-review")
    assert run("check", "1.design")[0] == 1
    assert run("check", "4.design")[0] in (3, 4)
    assert run("check", "1.design", "--fail-on", "needs-review")[0] == 0
    monkeypatch.setenv("CLAUSEWISE_EVIDENCE", "optional")
    assert configuration()["evidence"] == "optional"
    assert run("check", "0.design", "--evidence", "optional")[0] == 0


@pytest.mark.parametrize("code", [1, 3, 4])
@pytest.mark.parametrize("command", ["check", "ask", "explain", "portfolio"])
def test_what_fails_a_run(folder: Path, command: str, code: int) -> None:
    word = {1: "prohibited", 3: "needs-information", 4: "needs-review"}[code]
    others = [
        verdict
        for verdict in ("prohibited", "needs-information", "needs-review")
        if verdict != word
    ]
    path = folder / f"{code}.design"
    assert run(command, path)[0] == code
    assert run(command, path, "--fail-on", word)[0] == code
    assert run(command, path, *(w for other in others for w in ("--fail-on", other)))[0] == 0
    assert run(command, "2.design", "--fail-on", word)[0] == 2 or command == "portfolio"


def test_of_several_the_worst_that_fails_counts(folder: Path) -> None:
    paths = [folder / f"{code}.design" for code in (0, 1, 4)]
    assert run("check", *paths)[0] == 1
    assert run("check", *paths, "--fail-on", "needs-review")[0] == 4
    assert run("check", *paths, "--fail-on", "needs-information")[0] == 0


def test_readings_are_chosen_by_policy(folder: Path) -> None:
    text = (folder / "0.design").read_text().replace("30 days", "60 days")
    (folder / "x.design").write_text(text)
    assert run("check", "x.design")[0] == 1
    (folder / "clausewise.toml").write_text('[readings.door-code]\nkeeping = "loose"\n')
    assert run("check", "x.design")[0] == 0
    assert run("portfolio", "x.design")[0] == 0
    assert run("check", "x.design", "--reading", "keeping=strict")[0] == 1
    (folder / "clausewise.toml").write_text('[readings.door-code]\nkeeping = "lose"\n')
    assert run("check", "x.design")[0] == 2


def test_the_command_without_options_reads_it_too(folder: Path) -> None:
    """It starts without Typer, another way."""
    (folder / "clausewise.toml").write_text("fail-on = []\n")
    words = [sys.executable, "-c", "from clausewise.start import main; main()", "check"]
    done = subprocess.run([*words, "1.design"], cwd=folder, capture_output=True, check=False)
    assert done.returncode == 0
    (folder / "clausewise.toml").write_text("fail = []\n")
    done = subprocess.run([*words, "1.design"], cwd=folder, capture_output=True, check=False)
    assert (done.returncode, b"did you mean `fail-on`?" in done.stderr) == (2, True)


# mistakes


@pytest.mark.parametrize(
    ("text", "line", "hint"),
    [
        ("polices = []\n", 1, "did you mean `policies`?"),
        ("\nexclude = []\nFail-On = []\n", 3, "did you mean `fail-on`?"),
        ("exclude = 'x'\n", 1, 'write `exclude = ["x"]`'),
        ("policies = 'a, b.policy'\n", 1, 'write `policies = ["a", "b.policy"]`'),
        ("fail-on = 'prohibited'\n", 1, 'write `fail-on = ["prohibited"]`'),
        ("fail-on = 'bad'\n", 1, 'write `fail-on = ["prohibited", "needs-information"]`'),
        ("max-size = '8 MB'\n", 1, "write `max-size = 8`"),
        ("max-steps = '1e6'\n", 1, "write `max-steps = 10_000_000`"),
        ("respect-gitignore = 'Yes'\n", 1, "write `respect-gitignore = true`"),
        ("waivers = ['a.toml']\n", 1, 'write `waivers = "a.toml"`'),
        ("evidence = false\n", 1, 'write `evidence = "optional"`'),
        ("exclude = [1]\n", 1, "write `exclude"),
        ("evidence = 'yes'\n", 1, 'write `evidence = "required"`'),
        ("evidence-addresses = 'true'\n", 1, "write `evidence-addresses = true`"),
        ("fail-on = ['prohibted']\n", 1, "write `fail-on"),
        ("fail-on = ['permitted']\n", 1, "write `fail-on"),
        ("readings = ['x']\n", 1, "write `readings"),
        ("[readings]\nkeeping = 'loose'\n", 1, "write `readings"),
        ("[readings.x]\nkeeping = 1\n", 1, "write `readings"),
        ("design-roots = ['a\\u0000b']\n".replace("'", '"'), 1, "write `design-roots"),
    ],
)
def test_mistakes(here: Path, text: str, line: int, hint: str) -> None:
    ((code, found_line, found_hint),) = codes(text, here)
    assert (code, found_line) == ("E109", line)
    assert found_hint.startswith(hint)
    (here / "clausewise.toml").unlink()
    if "[readings" not in text:
        ((code, found_line, _),) = codes(f"[tool.clausewise]\n{text}", here, "pyproject.toml")
        assert (code, found_line) == ("E109", line + 1)


@pytest.mark.parametrize(
    "text",
    ["a = \n", "[x\n", "a = 1\na = 2\n", "a = " + "[" * 5000, "\n\n=\n", f"[{'a.' * 20_000}b]"],
)
def test_what_is_not_toml(here: Path, text: str) -> None:
    ((code, line, _),) = codes(text, here)
    assert code == "E108"
    assert line >= 1


def test_several_mistakes_are_told_together(here: Path) -> None:
    assert [code for code, *_ in codes("a = 1\nb = 2\nevidence = 3\n", here)] == ["E109"] * 3


def test_names_that_lead_nowhere(here: Path) -> None:
    ((code, _, hint),) = codes("policies = ['face-code-of-condukt']\n", here)
    assert (code, hint) == ("E109", "did you mean `face-code-of-conduct`?")
    ((code, _, hint),) = codes("[readings.face-code-of-condukt]\na = 'b'\n", here)
    assert (code, hint) == ("E109", "did you mean `face-code-of-conduct`?")
    ((code, *_),) = codes("policies = ['gone.policy']\nreadings = { x = {} }\n", here)
    assert code == "E100"


@pytest.mark.parametrize(
    ("variable", "text"),
    [
        ("CLAUSEWISE_EVIDENCE", "yes"),
        ("CLAUSEWISE_FAIL_ON", "prohibted"),
        ("CLAUSEWISE_RESPECT_GITIGNORE", "1"),
        ("CLAUSEWISE_READINGS", "keeping=loose"),
        ("CLAUSEWISE_POLICIES", "gone"),
    ],
)
def test_mistakes_in_the_environment(
    here: Path, monkeypatch: pytest.MonkeyPatch, variable: str, text: str
) -> None:
    del here
    monkeypatch.setenv(variable, text)
    with pytest.raises(InvalidError) as raised:
        options_here()
    assert [found.code for found in raised.value.diagnostics] == ["E109"]
    assert variable in str(raised.value)


def test_variables(here: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    for variable, text in {
        "POLICIES": "face-code-of-conduct, x/y.policy",
        "READINGS": "face-code-of-conduct.consent=or-lawful-use",
        "EVIDENCE_ROOTS": f"x{os.pathsep}y",
        "EVIDENCE_ADDRESSES": "true",
        "EXCLUDE": "a,b",
    }.items():
        monkeypatch.setenv(f"CLAUSEWISE_{variable}", text)
    found = configuration()
    assert found["policies"] == ("face-code-of-conduct", str(here / "x/y.policy"))
    assert found["readings"] == {"face-code-of-conduct": {"consent": "or-lawful-use"}}
    assert found["evidence-roots"] == (str(here / "x"), str(here / "y"))
    assert found["evidence-addresses"] is True
    assert found["exclude"] == ("a", "b")


# what is in force


def test_config_shows_who_says_what(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (folder / "clausewise.toml").write_text('exclude = ["drafts/"]\nevidence = "required"\n')
    monkeypatch.setenv("CLAUSEWISE_EVIDENCE", "optional")
    monkeypatch.setenv("CLAUSEWISE_EVIDENSE", "optional")
    code, out, _ = run("config")
    assert code == 0
    lines = out.splitlines()
    for name in KEYS:
        assert any(line.startswith(f"{name} = ") for line in lines), name
    assert (
        lines[lines.index('evidence = "optional"') + 1]
        == "  # CLAUSEWISE_EVIDENCE in the environment"
    )
    assert str(folder / "clausewise.toml") in " ".join(
        lines[lines.index('exclude = ["drafts/"]') + 1 :][:2]
    )
    assert "mean nothing: CLAUSEWISE_EVIDENSE" in " ".join(out.split())
    assert "clausewise.toml" not in run("config", "--isolated")[1]
    (folder / "clausewise.toml").write_text("x = 1\n")
    assert run("config")[0] == 2


def test_the_schema_fits_what_is_read(here: Path) -> None:
    schema = configuration_schema()
    jsonschema.Draft202012Validator.check_schema(schema)
    assert json.loads((ROOT / "docs" / "clausewise.schema.json").read_text()) == schema
    good = tomllib.loads("\n".join(f"{key.name} = {key.example}" for key in KEYS.values()))
    jsonschema.validate(good, schema)
    (here / "clausewise.toml").write_text(
        "\n".join(f"{k.name} = {k.example}" for k in KEYS.values())
    )
    assert isinstance(configuration(), Configuration)
    for bad in ({"x": 1}, {"exclude": "x"}, {"fail-on": ["permitted"]}, {"evidence": True}):
        with pytest.raises(jsonschema.ValidationError):
            jsonschema.validate(bad, schema)


def test_the_page_shows_what_can_be_read(here: Path) -> None:
    page = (ROOT / "docs" / "configuration.md").read_text(encoding="utf-8")
    text = page.split("```toml\n")[1].split("```")[0]
    (here / "rules").mkdir()
    (here / "clausewise.toml").write_text(text)
    found = configuration()
    assert found["fail-on"] == ("prohibited", "needs-information")
    assert found["policies"] == ("face-code-of-conduct", str(here / "rules/door-code.policy"))


def test_by_default_all_but_permitted_fail(here: Path) -> None:
    del here
    assert options_here().fail_on == options_from(configuration()).fail_on
    assert options_here().fail_on == {*Verdict} - {Verdict.PERMITTED}


def test_a_run_without_a_configuration_pays_next_to_nothing(here: Path) -> None:
    code = (
        "import sys\nfrom clausewise.configuration.options import options_here\noptions_here()\n"
        "print(*sys.modules)"
    )
    env = {n: v for n, v in os.environ.items() if not n.startswith("CLAUSEWISE_")}
    done = subprocess.run(
        [sys.executable, "-c", code], cwd=here, env=env, capture_output=True, check=True
    )
    loaded = set(done.stdout.decode().split())
    assert not loaded & {
        "tomllib",
        "pydantic",
        "clausewise.configuration.keys",
        "clausewise.configuration.read",
    }
