"""Nothing is opened for a design that it should not reach, and no line of another file is shown."""

from __future__ import annotations

import json
import os
import socket
from pathlib import Path

import pytest

import clausewise
from clausewise.dsl.files.reading import UnreadableError, read_bytes
from tests.conftest import reference_examples
from tests.security.conftest import SECRET, run, run_apart

POSIX = pytest.mark.skipif(os.name != "posix", reason="needs pipes, devices and links")
COMMANDS = [
    "check",
    "ask",
    "explain",
    "fix",
    "portfolio",
    "check -f json",
    "check -f sarif",
    "check -f markdown",
]


def named(policy: str) -> str:
    return json.dumps({"deployment": "x", "judged-by": [policy], "door": {"d": {}}})


@pytest.mark.parametrize("command", COMMANDS)
@pytest.mark.parametrize(
    "policy",
    [
        "{outside}/secret.txt",
        "../../out/secret.txt",
        "{outside}/own.policy",
        "./door-code",
        "door-code.policy",
        "..\\own",
        "~/own.policy",
        "/etc/passwd",
        "/dev/zero",
        "",
        "\0",
        "a" * 5000,
        "a\nb",
        "\udcff",
    ],
)
def test_a_design_names_no_path(designs: Path, outside: Path, policy: str, command: str) -> None:
    own = (designs.parent / "door-code.policy").read_text().replace("door-code", "own")
    (outside / "own.policy").write_text(own)
    path = designs / "x.design.json"
    path.write_text(named(policy.format(outside=outside)))
    ended = run(*command.split(), path)
    assert ended.code == 2
    assert len(ended.said) < 20_000


@pytest.mark.parametrize("command", [*COMMANDS, "fmt", "fmt --check", "test"])
@pytest.mark.parametrize(
    "name", ["x.design", "x.design.json", "x.policy", "x.vocabulary", "x.cases"]
)
@POSIX
def test_a_link_shows_no_other_file(designs: Path, outside: Path, name: str, command: str) -> None:
    (designs / name).symlink_to("../../out/secret.txt")
    before = (outside / "secret.txt").read_bytes()
    assert run(*command.split(), designs / name).code == 2
    run(*command.split(), designs)
    assert (outside / "secret.txt").read_bytes() == before


@POSIX
@pytest.mark.parametrize(
    "words",
    [
        "check designs --baseline mine.json",
        "check designs --config mine.toml",
        "check designs --config waived.toml",
        "check designs --policy mine.policy",
        "trace door-code --source mine.txt",
        "portfolio mine.jsonl --policy door-code",
    ],
)
def test_a_link_that_is_called_otherwise_shows_nothing(
    project: Path, outside: Path, words: str
) -> None:
    """Who runs a command names these files; who sends a change can make links of them."""
    (outside / "passwd").write_text(f"{SECRET}\n", encoding="utf-8")
    for name in ("mine.json", "mine.toml", "mine.policy", "mine.txt", "mine.jsonl"):
        (project / name).symlink_to("../out/passwd")
    (project / "waived.toml").write_text('waivers = "mine.toml"\n', encoding="utf-8")
    ended = run(*words.split())
    assert (ended.code, "E104" in ended.err) == (2, True)


@POSIX
@pytest.mark.parametrize("name", ["secret.json", "settings.toml"])
def test_a_link_does_not_make_any_file_a_design(designs: Path, outside: Path, name: str) -> None:
    """Not even one in the project itself, where links may lead."""
    (designs.parent / name).write_text(f'{{"key": "{SECRET}"}}\n')
    for link in ("x.json", "x.design.json", "x.design"):
        (designs / link).symlink_to(f"../{name}")
        ended = run("check", designs / link)
        assert (ended.code, "E104" in ended.said) == (2, True)
    del outside


@POSIX
def test_a_link_within_the_project_is_followed(designs: Path) -> None:
    (designs.parent / "shared").mkdir()
    (designs / "good.design").rename(designs.parent / "shared" / "y.design")
    (designs / "x.design").symlink_to("../shared/y.design")
    assert run("check", designs / "x.design").code == 0
    assert run("check", designs).code == 0


@POSIX
def test_a_link_to_a_design_elsewhere_is_refused_unless_configured(
    designs: Path, outside: Path
) -> None:
    (designs / "good.design").rename(outside / "y.design")
    (designs / "x.design").symlink_to(outside / "y.design")
    for given in (designs, designs / "x.design"):
        ended = run("check", given)
        assert (
            ended.code,
            "leads to a place from which nothing is read" in " ".join(ended.err.split()),
        ) == (2, True)
    assert "`design-roots` in clausewise.toml names more" in " ".join(ended.err.split())
    (designs.parent / "clausewise.toml").write_text('design-roots = ["../out"]\n')
    assert run("check", designs).code == 0


@pytest.mark.parametrize(
    "text",
    ["../../out/secret.txt", "../../out/y.design", "{outside}/y.design", "notes.txt", "\\\\0"],
)
def test_cases_name_designs_below_their_folder(designs: Path, outside: Path, text: str) -> None:
    (outside / "y.design").write_text(reference_examples()["design"].replace("Front door", SECRET))
    (designs / "notes.txt").write_text(SECRET)
    case = f'case "x" {{\n  design "{text.format(outside=outside)}"\n  expect permitted\n}}\n'
    (designs / "x.cases").write_text(case)
    assert run("test", designs).code == 2


def special(designs: Path, name: str) -> None:
    """Make what is called like a design and is none."""
    path = designs / f"{name}.design"
    match name:
        case "pipe":
            os.mkfifo(path)
        case "socket":
            folder = os.open(designs, os.O_RDONLY)
            with socket.socket(socket.AF_UNIX) as made:  # a path of a socket is short
                made.bind(f"/proc/self/fd/{folder}/{path.name}")
        case "zero" | "random" | "full" | "tty":
            path.symlink_to(f"/dev/{name}")
        case "folder":
            path.mkdir()
        case "dangling":
            path.symlink_to("nowhere.design")
        case "circular":
            path.symlink_to("circular.design")
        case "through-a-circle":
            (designs / "ring").symlink_to("ring")
            path.symlink_to("ring/x.design")
        case _:
            raise AssertionError(name)


SPECIAL = [
    "pipe",
    "socket",
    "zero",
    "random",
    "full",
    "tty",
    "folder",
    "dangling",
    "circular",
    "through-a-circle",
]


@POSIX
@pytest.mark.parametrize("name", SPECIAL)
def test_special_files_hang_nothing_and_end_nothing(designs: Path, name: str) -> None:
    special(designs, name)
    assert run_apart("check", designs / f"{name}.design").code == 2
    ended = run_apart("check", designs)
    if name == "folder":  # as any folder, it is walked, and holds nothing
        assert ended.code == 0
        return
    assert (ended.code, "good.design" in ended.out, "PERMITTED" in ended.out) == (2, True, True)
    if name != "socket":
        assert ended.said.count("E100") == 1


@POSIX
@pytest.mark.parametrize("command", ["portfolio --policy door-code.policy", "fmt --check"])
def test_all_of_them_at_once(designs: Path, command: str) -> None:
    for name in SPECIAL:
        special(designs, name)
    ended = run_apart(*command.split(), designs)
    assert ended.code == 2
    assert all(f"{name}.design" in ended.said for name in SPECIAL if name != "folder")
    for name in ("pipe", "zero"):
        assert run_apart(*command.split(), designs / f"{name}.design").code == 2


@POSIX
def test_check_judges_what_lies_beside_them(designs: Path) -> None:
    for name in SPECIAL:
        special(designs, name)
    bad = {f"{name}.design" for name in SPECIAL if name != "folder"}
    found = run_apart("check", designs, "-f", "json").designs()
    assert {name for name, design in found.items() if design["verdict"] is None} == bad
    assert found["good.design"]["verdict"] == "permitted"
    assert all(len(found[name]["diagnostics"]) == 1 for name in bad)


@pytest.mark.parametrize("name", ["a" * 300, "a" * 5000, "a/" * 3000])
def test_names_that_are_too_long(designs: Path, name: str) -> None:
    ended = run("check", f"{name}.design", designs / "good.design", "-f", "json")
    assert ended.code == 2
    assert ended.designs()["good.design"]["verdict"] == "permitted"


@POSIX
@pytest.mark.parametrize("format_", ["text", "json", "sarif", "junit", "markdown"])
def test_names_that_are_not_utf_8(designs: Path, format_: str) -> None:
    text = (designs / "good.design").read_bytes()
    (Path(os.fsdecode(os.fsencode(designs) + b"/\xff.design"))).write_bytes(text)
    folder = Path(os.fsdecode(os.fsencode(designs) + b"/\xfe"))
    folder.mkdir()
    (folder / "inside.design").write_bytes(text)
    ended = run_apart("check", designs, "-f", format_)
    assert ended.code == 2
    assert "\\udcff.design" in ended.said.replace("%5C", "\\").replace("\\\\", "\\")
    if format_ == "json":
        assert ended.designs()["good.design"]["verdict"] == "permitted"
    assert run_apart("portfolio", designs, "-f", "jsonl").code == 2


def test_a_name_with_nul_from_python(designs: Path) -> None:
    for name in ("a\0b.design", "\udcff.design", "a" * 300):
        with pytest.raises(clausewise.InvalidError) as raised:
            clausewise.check(designs / name)
        assert raised.value.diagnostics[0].code == "E100"


def test_size_is_bounded_while_it_is_read(tmp_path: Path) -> None:
    (tmp_path / "x").write_bytes(b"a" * 1000)
    assert len(read_bytes(tmp_path / "x", limit=1000)) == 1000
    with pytest.raises(UnreadableError, match="is larger than"):
        read_bytes(tmp_path / "x", limit=999)


@POSIX
def test_a_sparse_file_of_a_terabyte_fills_nothing(designs: Path) -> None:
    with (designs / "x.design").open("wb") as file:
        file.truncate(1024**4)
    ended = run_apart("check", designs)
    assert (ended.code, "is larger than" in ended.err) == (2, True)


@POSIX
def test_a_device_is_never_opened(monkeypatch: pytest.MonkeyPatch) -> None:
    def opened(*_: object) -> int:
        raise AssertionError

    monkeypatch.setattr(os, "open", opened)
    with pytest.raises(UnreadableError, match="it is a device"):
        read_bytes("/dev/null")


@pytest.mark.skipif(
    not Path("/proc/self/fd").exists(), reason="only Linux tells where a file lies that is open"
)
def test_a_folder_that_becomes_a_link_meanwhile_leads_nowhere(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "designs" / "own").mkdir(parents=True)
    (tmp_path / "secret").mkdir()
    for folder in ("designs/own", "secret"):
        (tmp_path / folder / "x.design").write_text("x")
    plain = os.open

    def exchanged(path: str, flags: int) -> int:
        (tmp_path / "designs" / "own").rename(tmp_path / "before")
        (tmp_path / "designs" / "own").symlink_to(tmp_path / "secret")
        return plain(path, flags)

    monkeypatch.setattr(os, "open", exchanged)
    with pytest.raises(UnreadableError, match="leads to a place from which nothing is read"):
        read_bytes(tmp_path / "designs" / "own" / "x.design", [tmp_path / "designs"])
