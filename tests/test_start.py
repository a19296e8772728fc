"""What keeps the start of a command quick: classes that are cheap to define, and few imports."""

from __future__ import annotations

import copy
import dataclasses
import gc
import inspect
import os
import pickle
import re
import subprocess
import sys
from collections.abc import Callable, Sequence
from functools import wraps
from importlib.util import find_spec
from pathlib import Path
from typing import Any

import pytest
import typer
from hypothesis import event, given, settings, strategies as st
from typer.testing import CliRunner

from clausewise import start
from clausewise.commands import cli
from clausewise.commands.line import read
from clausewise.commands.options import shared
from clausewise.commands.table import COMMANDS, SERVERS, command
from clausewise.dsl.startup.installed import file_of
from clausewise.dsl.startup.lean import field, lean_dataclass, replace
from tests.conftest import ROOT


@lean_dataclass(frozen=True, slots=True)
class Point:
    """A lean class with each option that a field has."""

    x: int
    y: int = 0
    names: list[str] = field(default_factory=list)
    seen_at: str = field(default="", compare=False, repr=False)

    @property
    def total(self) -> int:
        return self.x + self.y


@lean_dataclass(slots=True)
class Counted:
    """A lean class whose objects change."""

    count: int = 0


@lean_dataclass(frozen=True, eq=False)
class Found:
    """A lean class that compares by identity."""

    name: str = "nobody"


# lean classes


def test_a_lean_class_is_made_as_a_dataclass() -> None:
    point = Point(1, seen_at="noon")
    assert (point.x, point.y, point.names, point.seen_at, point.total) == (1, 0, [], "noon", 1)
    assert point.names is not Point(1).names
    assert repr(point) == "Point(x=1, y=0, names=[])"
    for wrong in ({}, {"x": 1, "z": 2}):
        with pytest.raises(TypeError):
            Point(**wrong)  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("args", "given"),
    [
        ((1,), {}),
        ((1, 2), {"names": ["a"]}),
        ((), {"seen_at": "noon", "x": 1}),
        ((), {}),
        ((1,), {"x": 2}),
        ((1,), {"z": 2}),
        ((1, 2, [], "noon", 3), {}),
    ],
)
def test_the_first_lean_objects_are_made_as_all_others(
    args: tuple[object, ...], given: dict[str, object]
) -> None:
    @lean_dataclass(frozen=True)
    class Place:
        x: int
        y: int = 0
        names: list[str] = field(default_factory=list)
        seen_at: str = field(default="", compare=False, repr=False)

        def __post_init__(self) -> None:
            self.__dict__["total"] = self.x + self.y

    def made() -> str | dict[str, object]:
        try:
            return vars(Place(*args, **given)).copy()  # type: ignore[arg-type]
        except TypeError as error:
            return str(error)

    first = made()
    Place(1)
    assert Place.__init__.__code__.co_varnames[:2] == ("self", "x")
    assert made() == first


def test_lean_classes_without_defaults_made_anew_share_the_code_that_fills_them() -> None:
    @lean_dataclass(frozen=True)
    class Place:
        row: int
        column: int = 7

        def __post_init__(self) -> None:
            self.__dict__["total"] = self.row + self.column

    assert (vars(Place(1)), vars(Place(column=2, row=1))) == (
        {"row": 1, "column": 7, "total": 8},
        {"row": 1, "column": 2, "total": 3},
    )
    with pytest.raises(TypeError, match="'row'"):
        Place()  # type: ignore[call-arg]
    with pytest.raises(TypeError, match="'height'"):
        Place(1, height=2)  # type: ignore[call-arg]


def test_lean_objects_compare_by_their_fields() -> None:
    assert Point(1, seen_at="noon") == Point(1, seen_at="night")
    assert Point(1) != Point(2)
    other: object = (1, 0, [], "")
    assert Point(1) != other
    assert hash(replace(Point(1), names=())) == hash(replace(Point(1, seen_at="noon"), names=()))  # type: ignore[arg-type]
    assert Found() != Found()
    assert len({Found(), Found()}) == 2


def test_lean_objects_that_change_have_no_hash() -> None:
    counted = Counted()
    counted.count += 1
    assert counted == Counted(1)
    with pytest.raises(TypeError):
        hash(counted)


def test_lean_objects_match_and_have_slots() -> None:
    match Point(1, 2):
        case Point(x, y):
            assert (x, y) == (1, 2)
    assert not hasattr(Point(1), "__dict__")
    with pytest.raises(AttributeError):
        Point(1).z = 3  # type: ignore[attr-defined]


@pytest.mark.parametrize("value", [Point(1, 2, ["a"], "noon"), Counted(3)])
def test_lean_objects_are_copied(value: object) -> None:
    assert pickle.loads(pickle.dumps(value)) == value
    assert copy.deepcopy(value) == value


def test_dataclasses_takes_a_lean_class_for_its_own() -> None:
    point = Point(1, seen_at="noon")
    assert dataclasses.is_dataclass(point)
    assert [(f.name, f.type, f.compare) for f in dataclasses.fields(point)] == [
        ("x", "int", True),
        ("y", "int", True),
        ("names", "list[str]", True),
        ("seen_at", "str", False),
    ]
    assert dataclasses.replace(point, y=5).seen_at == replace(point, y=5).seen_at == "noon"


# where packages are


def test_packages_are_found_where_they_would_be_imported_from() -> None:
    for package in ("lark", "networkx"):
        spec = find_spec(package)
        assert spec
        assert file_of(package) == spec.origin
    with pytest.raises(ImportError):
        file_of("nothing_of_this_name")


# command lines

MAIN = "from clausewise.start import main; main()"
WORDS = """
x.design; N1; 3; é; -; --; -h; --help; --nothing; --form x; -fo; -f; -f json; --format text; -f jsonl
--format JSON; -fjson; --format=json; -f=json; -o y; --output y; --output=; --output=y; --policy
--policy p; --policy=p; --policy=-p; --reading a=b; --reading=a=b; --evidence required; --evidence=optional
--evidence maybe; --as-of 2026-11-23; --as-of=2026-11-23; --as-of 2026-13-01; --of u; --of=u; -j 2; -j3
--jobs=2; --jobs=x; --jobs=-1; --reasons; --no-reasons; --check; --check=yes; --engine=sql; --against a=b
--title t; --print t; --coverage; --threshold 9.5; --html h; --verdict; --update; --source s; --source=s
--cases c; --design d; -f html; --format mermaid; -f dot
"""


@pytest.fixture(scope="module")
def by_typer() -> Callable[[str, Sequence[str]], dict[str, Any] | None]:
    """What Typer gives a command that it reads from a line; `None` if it gives it nothing."""
    seen: list[dict[str, Any]] = []
    app = typer.Typer(rich_markup_mode=None, context_settings={"help_option_names": ["-h"]})
    for name in COMMANDS:
        function = command(name)

        def record(**given: Any) -> int:
            seen.append(given)
            return 0

        app.command(name)(cli._for_typer(wraps(function)(record)))

    def given(name: str, words: Sequence[str]) -> dict[str, Any] | None:
        seen.clear()
        CliRunner().invoke(app, [name, *words])
        return seen[0] if seen else None

    return given


@settings(max_examples=settings().max_examples * 4)
@given(data=st.data())
def test_a_line_is_read_as_typer_reads_it_or_left_to_it(
    by_typer: Callable[[str, Sequence[str]], dict[str, Any] | None], data: st.DataObject
) -> None:
    name = data.draw(st.sampled_from(sorted(COMMANDS)))
    parts = re.split(r"; |\n", WORDS.strip())
    text = inspect.getsource(command(name)) + inspect.getsource(shared)
    likely = [part for part in parts if f'"{re.split("[ =]", part)[0]}"' in text] or parts
    part = st.sampled_from(likely) | st.sampled_from(["x.design", "N1"]) | st.sampled_from(parts)
    drawn = data.draw(st.lists(part, max_size=4))
    words = [word for one in drawn for word in one.split()]
    found = read([name, *words])
    event("left to Typer" if found is None else "read")
    if found is not None:
        function, given = found
        assert function is command(name)
        defaults = {
            name: parameter.default
            for name, parameter in inspect.signature(function).parameters.items()
        }
        wanted = by_typer(name, words)
        assert wanted is not None
        assert defaults | given == {name: wanted[name] or defaults[name] for name in defaults}


@pytest.mark.parametrize("name", ["test", *sorted(SERVERS)])
def test_what_runs_for_months_collects_garbage_as_python_does(name: str) -> None:
    before = gc.get_threshold()
    try:
        gc.set_threshold(700, 10, 10)
        with pytest.raises(SystemExit):
            start._run([name, "--bogus"])
        assert (gc.get_threshold()[0] == 700) is (name in SERVERS)
    finally:
        gc.set_threshold(*before)


@pytest.mark.parametrize(
    "line",
    [
        "check",
        "check x.design y",
        "check -f json --output=out.json x.design",
        "check x --policy p --reading a=b --reading c=d --as-of 2026-11-23 --evidence required",
        "explain x N1 --of u",
        "test --coverage examples",
        "mutate p one two -j 2",
        "trace p --source s -f html",
        "schema --verdict",
    ],
)
def test_simple_lines_are_not_left_to_typer(line: str) -> None:
    assert read(line.split()) is not None


@pytest.mark.skipif(os.name == "nt", reason="asks what other systems do not")
def test_where_no_shell_expands_patterns_typer_does(monkeypatch: pytest.MonkeyPatch) -> None:
    assert read(["check", "*.design"]) is not None
    monkeypatch.setattr(os, "name", "nt")
    assert read(["check", "*.design"]) is None


@pytest.mark.parametrize("columns", ["40", "80", "200"])
@pytest.mark.parametrize("words", [["--help"], ["check", "-h"], ["portfolio", "--help"]])
def test_help_is_what_typer_prints(words: list[str], columns: str) -> None:
    """Made, and then kept."""
    environment = {**os.environ, "COLUMNS": columns}
    by_typer = "from clausewise.commands.cli import app; app(prog_name='clausewise')"
    plain, *others = (
        subprocess.run(
            [sys.executable, "-c", code, *words],
            capture_output=True,
            text=True,
            check=True,
            env=environment,
        ).stdout
        for code in (by_typer, MAIN, MAIN)
    )
    assert others == [plain, plain]


# what commands import

LIBRARIES = {
    *("duckdb", "hypothesis", "lark", "msgspec", "networkx", "pyarrow", "pydantic"),
    *("pytest", "rich", "sqlglot", "typer"),
    *(
        "allauth",
        "cryptography",
        "django",
        "grandalf",
        "hcl2",
        "ijson",
        "securesystemslib",
        "waitress",
    ),
    "weasyprint",
}
SLOW = {
    *("argparse", "ast", "asyncio", "concurrent", "copy", "csv", "dataclasses", "difflib", "email"),
    *("hashlib", "html", "importlib.metadata", "inspect", "json", "locale", "logging"),
    *(
        "multiprocessing",
        "pathlib",
        "pickle",
        "random",
        "shutil",
        "socket",
        "subprocess",
        "tempfile",
    ),
    *("textwrap", "threading", "tomllib", "typing", "xml", "zipfile"),
}
"""Modules of Python that take a millisecond or so to import, or import others that do."""
DESIGN = "examples/case-19-office-access.design"
FEW = {"pathlib"}
AWAITED: dict[str, set[str]] = {
    "--version": set(),
    "--help": set(),
    "check --help": set(),
    f"check {DESIGN}": FEW,
    f"check --evidence=required {DESIGN} --reading consent=or-lawful-use --as-of 2026-11-23": FEW
    | {"locale"},
    "check front.json": FEW | {"json"},
    f"check -f json {DESIGN}": FEW | {"hashlib", "json", "typing"},
    f"check -f markdown {DESIGN}": FEW | {"hashlib"},
    f"ask {DESIGN}": FEW,
    "ask front.json": FEW | {"json"},
    f"explain {DESIGN}": FEW,
    f"explain {DESIGN} N1 --of check-in": FEW,
}
"""All that each command for which people wait imports of both. What comes to be here costs each who waits."""
OTHERS: dict[str, set[str]] = {
    "new": set(),
    "vocabulary": set(),
    "graph": {"networkx"},
    "schema": {"pydantic", "msgspec"},  # long JSON
    "schema --verdict": {"pydantic"},
    "compile": set(),
    "config": set(),
    "schema --configuration": set(),
    "clause": {"rich"},
    f"fmt --check {DESIGN}": set(),
    "fmt --check door-code.policy": {"lark"},
    "test examples/examples.cases": {"lark"},
    "portfolio examples -j 1 --policy face-code-of-conduct": set(),
    "pack examples -j 1 -o packed.parquet --policy face-code-of-conduct": {"msgspec", "pyarrow"},
    f"report {DESIGN}": set(),
    f"report {DESIGN} -o d.html": {"grandalf"},
    "attest --new-key me.pem": {"cryptography", "msgspec"},
    "verify front.json --key front.json": {"cryptography", "msgspec", "securesystemslib"},
    f"fix {DESIGN}": set(),
    f"check {DESIGN} --nothing": {"pydantic", "typer"},
    "packs": set(),
    f"timeline {DESIGN}": set(),
    f"compare {DESIGN} --across packs": set(),
    "prove --laws-only examples": set(),
    "diff doors.vocabulary doors.vocabulary": set(),
    "import terraform front.json": set(),
    "import calls front.json": {"ijson"},
}
"""The libraries that the others import: the one that does their work. Typer comes only with a mistake."""


def loaded_by(line: str, folder: Path) -> set[str]:
    """What a command imports, in a process of its own whose cache is warm."""
    code = (
        "import os, sys\n"
        "sys.modules['interegular'] = None  # a tool of developers, which parsers import\n"
        "os._exit = sys.exit\n"
        "from clausewise.start import main\n"
        "try: main()\n"
        "except SystemExit: pass\n"
        "with open('loaded', 'w') as file: print(*sys.modules, file=file)"
    )
    for _ in range(3):  # other tests write to the cache, too, so it may be cold once more
        subprocess.run(
            [sys.executable, "-c", code, *line.split()], cwd=folder, check=True, capture_output=True
        )
        loaded = set((folder / "loaded").read_text(encoding="utf-8").split())
        if "tempfile" not in loaded:  # nothing was written to the cache
            break
    return loaded


@pytest.fixture
def folder(tmp_path: Path, doors: Path) -> Path:
    """A folder with the examples, and with a design in JSON."""
    (tmp_path / "examples").symlink_to(ROOT / "examples")
    for name in ("doors.vocabulary", "door-code.policy", "front.json"):
        (tmp_path / name).write_bytes((doors / name).read_bytes())
    return tmp_path


@pytest.mark.parametrize("line", AWAITED)
def test_what_a_command_imports_for_which_people_wait(folder: Path, line: str) -> None:
    assert loaded_by(line, folder) & (LIBRARIES | SLOW) == AWAITED[line]


@pytest.mark.parametrize("line", OTHERS)
def test_which_libraries_a_command_imports(folder: Path, line: str) -> None:
    assert loaded_by(line, folder) & LIBRARIES == OTHERS[line]


def test_every_command_that_can_be_tried_is_in_the_tables() -> None:
    tried = {line.split()[0] for line in (*AWAITED, *OTHERS)}
    assert tried >= {*COMMANDS} - {"desk", "lsp", "mcp", "mutate", "submit", "trace"}, (
        "they take long, or what is not here"
    )
