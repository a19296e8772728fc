"""Nothing in a folder is passed over in silence, and one bad input takes no others with it."""

from __future__ import annotations

import os
import shutil
from pathlib import Path

import pytest

from clausewise.intake.patterns import is_left_out, patterns_of
from tests.conftest import reference_examples
from tests.security.conftest import run

POSIX = pytest.mark.skipif(os.name != "posix", reason="needs links and permissions")
FORMATS = ["text", "json", "sarif", "junit", "markdown"]


def put(path: Path) -> Path:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(reference_examples()["design"])
    return path


def judged(*words: object) -> set[str]:
    """The designs that were judged, by their paths from the project on."""
    found = run("check", *words, "-f", "json").json()["designs"]
    return {Path(design["path"]).as_posix() for design in found if design["verdict"]}


def left_out(*words: object) -> dict[str, str]:
    found = run("check", *words, "-f", "json").json()["left_out"]
    return {Path(one["path"]).as_posix(): one["why"] for one in found}


@pytest.mark.parametrize("folder", ["empty", "empty/deeper"])
@pytest.mark.parametrize("order", [1, -1])
def test_an_empty_folder_takes_nothing_with_it(designs: Path, folder: str, order: int) -> None:
    (designs.parent / folder).mkdir(parents=True)
    ended = run("check", *["designs", folder][::order], "-f", "json")
    assert ended.code == 2
    assert ended.designs()["good.design"]["verdict"] == "permitted"
    assert [found["code"] for found in ended.designs()[Path(folder).name]["diagnostics"]] == [
        "E520"
    ]


def test_a_missing_path_takes_nothing_with_it(designs: Path) -> None:
    assert judged("gone", "gone.design", designs / "good.design") == {str(designs / "good.design")}
    assert run("check", "gone", designs).code == 2


def test_no_cases_in_one_folder_takes_nothing_with_it(designs: Path) -> None:
    (designs.parent / "door-code.cases").write_text(reference_examples()["cases"])
    shutil.copy(designs / "good.design", designs.parent / "front.design")
    assert run("test", "door-code.cases").code == 0
    ended = run("test", "door-code.cases", designs)
    assert (ended.code, "E521" in ended.err, "3" in ended.out) == (2, True, True)


def test_suffixes_in_upper_case_count(designs: Path) -> None:
    put(designs / "A.DESIGN")
    (designs / "B.Design.Json").write_text(reference_examples()["json"])
    assert judged("designs") == {"designs/A.DESIGN", "designs/B.Design.Json", "designs/good.design"}


@pytest.mark.parametrize(
    ("folder", "why"),
    [
        (".git", "hidden"),
        (".venv", "hidden"),
        ("node_modules", "installed"),
        ("build", "built"),
        ("__pycache__", "built"),
        ("env", "a virtual environment"),
    ],
)
@pytest.mark.parametrize("format_", FORMATS)
def test_what_is_left_out_is_said(designs: Path, folder: str, why: str, format_: str) -> None:
    put(designs / folder / "x.design")
    (designs / "env").mkdir(exist_ok=True)
    (designs / "env" / "pyvenv.cfg").touch()
    assert left_out("designs")[f"designs/{folder}"] == why
    assert judged("designs") == {"designs/good.design"}
    ended = run("check", "designs", "-f", format_)
    assert ended.code == 0
    assert f"designs/{folder}" in ended.out.replace("\\_", "_")
    assert why in ended.out
    assert judged(f"designs/{folder}") == {f"designs/{folder}/x.design"}  # it is named itself


def test_a_file_that_is_nearly_called_a_design_is_named(designs: Path) -> None:
    for name in ("a.desing", "b.DESIGNS", "c.dseign", "d.json", "e.design-notes", "README.md"):
        put(designs / name)
    why = "its name does not end in `.design`"
    names = ("a.desing", "b.DESIGNS", "c.dseign")
    assert left_out("designs") == {f"designs/{name}": why for name in names}


def test_a_portfolio_says_so_too(designs: Path) -> None:
    put(designs / ".hidden" / "x.design")
    assert "designs/.hidden (hidden)" in run("portfolio", designs.name).out


def test_gitignore_is_respected(designs: Path) -> None:
    (designs.parent / ".git").mkdir()
    (designs.parent / ".gitignore").write_text(
        "# comment\n*.old.design\n/designs/out/\n!kept.old.design\n"
    )
    put(designs / "x.old.design")
    put(designs / "kept.old.design")
    put(designs / "out" / "x.design")
    put(designs / "deep" / "x.design")
    put(designs / "deep" / "not.design")
    (designs / "deep" / ".gitignore").write_text("not.design\n")
    kept = {"designs/good.design", "designs/kept.old.design", "designs/deep/x.design"}
    assert judged("designs") == kept
    assert set(left_out("designs")) == {
        "designs/x.old.design",
        "designs/out",
        "designs/deep/not.design",
    }
    everything = judged("designs", "--config", _config(designs, "respect-gitignore = false\n"))
    assert everything == kept | {
        "designs/x.old.design",
        "designs/out/x.design",
        "designs/deep/not.design",
    }


def test_a_gitignore_cannot_let_nothing_pass(designs: Path) -> None:
    (designs / ".gitignore").write_text("*\n")
    ended = run("check", "designs")
    assert (ended.code, "E520" in ended.err, "good.design" in ended.out) == (2, True, True)


def _config(designs: Path, text: str) -> Path:
    path = designs.parent / "other.toml"
    path.write_text(text)
    return path


def test_excludes_hold_for_named_files_too(designs: Path) -> None:
    put(designs / "drafts" / "x.design")
    put(designs / "y.old.design")
    (designs.parent / "clausewise.toml").write_text('exclude = ["drafts/", "*.old.design"]\n')
    assert judged("designs") == {"designs/good.design"}
    named = ["designs/drafts/x.design", "designs/y.old.design", "designs/good.design"]
    assert judged(*named) == {"designs/good.design"}
    assert set(left_out(*named)) == set(named[:2])
    assert run("check", *named).code == 0
    assert run("check", *named[:2]).code == 2  # nothing was judged, and nothing passes
    assert run("check", named[0]).code == 2
    assert run("check", "designs/drafts").code == 2
    assert run("fmt", "--check", *named[:2]).out == ""


@POSIX
def test_links_are_followed_within_the_folder_and_each_file_counts_once(designs: Path) -> None:
    put(designs / "real" / "x.design")
    (designs / "link").symlink_to("real")
    (designs / "ring").symlink_to(".")
    (designs / "again.design").symlink_to("good.design")
    found = judged("designs", "designs/good.design", "./designs", str(designs))
    assert len(found) == 2
    assert {Path(path).name for path in found} <= {"x.design", "good.design", "again.design"}
    assert len(left_out("designs/good.design", "designs/good.design")) == 1


@POSIX
def test_a_link_that_leads_elsewhere_hides_nothing(designs: Path, outside: Path) -> None:
    put(outside / "x.design")
    (designs / "link").symlink_to(outside)
    ended = run("check", "designs", "-f", "json")
    assert ended.code == 2
    assert ended.designs()["good.design"]["verdict"] == "permitted"
    assert [found["code"] for found in ended.designs()["link"]["diagnostics"]] == ["E100"]


@pytest.mark.skipif(os.name != "posix" or os.geteuid() == 0, reason="needs permissions that hold")
def test_a_folder_that_may_not_be_read_hides_nothing(designs: Path) -> None:
    put(designs / "closed" / "x.design")
    (designs / "closed").chmod(0)
    try:
        ended = run("check", "designs", "-f", "json")
        assert ended.code == 2
        assert [found["code"] for found in ended.designs()["closed"]["diagnostics"]] == ["E100"]
    finally:
        (designs / "closed").chmod(0o700)


def test_a_folder_that_cannot_be_read_hides_nothing(
    designs: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """As the one above, for those who may read everything."""
    from clausewise.intake.access import Access
    from clausewise.intake.walk import find_files

    scandir = os.scandir

    def refused(path: str) -> object:
        if Path(path).name == "closed":
            raise PermissionError(13, "Permission denied")
        return scandir(path)

    put(designs / "closed" / "x.design")
    monkeypatch.setattr(os, "scandir", refused)
    found = find_files([designs], (".design",), Access())
    assert [path.name for path in found.files] == ["good.design"]
    ((path, problem),) = found.problems
    assert (Path(path).name, problem.code) == ("closed", "E100")
    assert "permission denied" in problem.message


@pytest.mark.parametrize("name", ["x.design", "x.design.json"])
def test_standard_input(designs: Path, name: str) -> None:
    text = reference_examples()["json" if name.endswith(".json") else "design"].encode()
    ended = run("check", "-", "--stdin-filename", name, "-f", "json", stdin=text)
    assert (ended.code, ended.designs()[name]["verdict"]) == (0, "permitted")
    ended = run("check", "-", designs, "--stdin-filename", name, "-f", "json", stdin=text)
    assert set(ended.designs()) == {name, "good.design"}


@pytest.mark.parametrize("command", ["ask", "explain"])
@pytest.mark.usefixtures("designs")
def test_standard_input_of_other_commands(command: str) -> None:
    ended = run(command, "-", stdin=reference_examples()["design"].encode())
    assert (ended.code, "harmless" in ended.out or "PERMITTED" in ended.out) == (0, True)


def test_bad_standard_input(designs: Path) -> None:
    for content in (b"", b"\xff", b"\0", b"nonsense"):
        ended = run("check", "-", designs, "-f", "json", stdin=content)
        assert ended.code == 2
        assert ended.designs()["good.design"]["verdict"] == "permitted"


@pytest.mark.parametrize(
    ("lines", "path", "expected"),
    [
        (["*.d"], "a/b.d", True),
        (["/a"], "a", True),
        (["/a"], "b/a", None),
        (["a/"], "x/a/", True),
        (["a/"], "x/a", None),
        (["a/**"], "a/b/c", True),
        (["a/**"], "a/", None),
        (["**/b/c"], "b/c", True),
        (["a/**/c"], "a/c", True),
        (["a/**/c"], "a/x/y/c", True),
        (["a/*"], "a/x", True),
        (["a/*"], "a/x/y", None),
        (["*.d", "!k.d"], "k.d", False),
        (["\\#x"], "#x", True),
        (["\\!x"], "!x", True),
        (["a\\*"], "a*", True),
        (["a\\*"], "ab", None),
        (["[^a]x"], "bx", True),
        (["[^a]x"], "ax", None),
        (["x  "], "x", True),
        (["x\\ "], "x ", True),
        (["", "# x", "/"], "x", None),
        (["[[:alpha:]]x"], "bx", True),
        (["[![:digit:]]x"], "1x", None),
        (["***/c"], "a/b/c", True),
        (["a//b"], "a/b", None),
        (["//a"], "a", None),
        (["\ufeffa"], "a", True),
        (["b", "\ufeffa"], "a", None),
        (["?"], "é", None),
        (["??"], "é", True),
        (["a[!/]"], "ab", True),
        (["a[!/]"], "x/ab", None),
        (["/a[/]b"], "a/b", None),
        (["[a"], "[a", None),
        (["[]a]"], "]", True),
        (["[a\\]b]"], "]", True),
        (["[[:no:]a]"], "a", None),
        (["a\\\\ "], "a\\", True),
        (["*\x0cb"], "a", None),
        (["*\u2028b"], "a", None),
        (["a\0b"], "a", True),
    ],
)
def test_patterns_mean_what_git_says(lines: list[str], path: str, expected: bool | None) -> None:
    parts = path.rstrip("/").split("/")
    assert is_left_out(patterns_of(lines), parts, is_folder=path.endswith("/")) is expected


@pytest.mark.parametrize(
    "pattern", ["a*" * 200 + "b", "*a" * 200 + "b", "?*[ab]*" * 60 + "b", "**/" * 150 + "b"]
)
def test_a_pattern_of_a_stranger_takes_no_time(designs: Path, pattern: str) -> None:
    """A matcher that tries every way would take longer than the earth has stood."""
    put(designs / Path(*["a" * 200] * 10) / ("a" * 200 + ".design"))
    (designs / ".gitignore").write_text(pattern + "\n")
    assert run("check", "designs").code == 0
