"""The layout is the architecture: who may import whom, and the one door to each library."""

from __future__ import annotations

import ast
import subprocess
import sys
from pathlib import Path

import pytest

from tests.conftest import ROOT

MAY_IMPORT = {
    "dsl": {"clausewise.dsl"},
    "engine": {"clausewise.dsl", "clausewise.engine"},
    "policies": set[str](),
    "app": {"clausewise"},
}
DOORS = {
    "lark": {"dsl/grammar.py", "dsl/parser.py", "dsl/build.py"},
    "networkx": {"engine/graph.py"},
    "pydantic": {"dsl/json_model.py", "app/formats/json.py"},
    "msgspec": {"engine/intake.py", "engine/record_classes.py"},
    "typer": {
        "app/cli.py",
        "app/commands/authoring.py",
        "app/commands/describing.py",
        "app/commands/judging.py",
        "app/commands/options.py",
        "app/commands/portfolio.py",
    },
    "duckdb": {"app/portfolio_sql.py"},
    "pyarrow": {"app/formats/portfolio_rows.py", "app/portfolio_sources.py", "engine/tables.py"},
}
HEAVY = {
    "duckdb",
    "lark",
    "networkx",
    "pyarrow",
    "pycountry",
    "pydantic",
    "rich",
    "sqlglot",
    "typer",
}
CHECK_IMPORTS = {
    "": "checking load output progress running sheet start",
    "dsl": "admission build deployment design diagnostic expected grammar grammar_design lean names parser places "
    "source store syntax taxonomy vocabulary",
    "engine": "conditions evaluate explain facts judge members policy questions reads rests sentences step truth",
    "formats": "diagnostics snippet text",
}
"""The modules of each package that one `check` of a design in text needs."""
NAMES_OF_THE_PACK = ("police", "consent", "emotion", "face-", "gender")


def modules(room: str) -> list[Path]:
    return sorted((ROOT / room).rglob("*.py"))


def imports(path: Path) -> set[str]:
    found: set[str] = set()
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Import):
            found.update(alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom):
            found.add(node.module or "")
    return found


@pytest.mark.parametrize("room", MAY_IMPORT)
def test_imports_point_one_way(room: str) -> None:
    for path in modules(room):
        ours = {name for name in imports(path) if name.split(".")[0] == "clausewise"}
        wrong = {n for n in ours if not any(n.startswith(may) for may in MAY_IMPORT[room])}
        assert not wrong, f"{path} imports {wrong}"


@pytest.mark.parametrize("library", DOORS)
def test_each_library_has_one_door(library: str) -> None:
    users = {
        path.relative_to(ROOT).as_posix()
        for room in MAY_IMPORT
        for path in modules(room)
        if any(name.split(".")[0] == library for name in imports(path))
    }
    assert users == DOORS[library]


def test_no_python_names_a_prohibition() -> None:
    for room in ("dsl", "engine", "policies"):
        for path in modules(room):
            tree = ast.parse(path.read_text(encoding="utf-8"))
            docs = {id(node.value) for node in ast.walk(tree) if isinstance(node, ast.Expr)}
            strings = [
                node.value
                for node in ast.walk(tree)
                if isinstance(node, ast.Constant)
                and isinstance(node.value, str)
                and id(node) not in docs
            ]
            found = [s for s in strings if any(word in s for word in NAMES_OF_THE_PACK)]
            allowed = path.name == "expected.py"
            assert not found or allowed, f"{path}: {found}"


def test_no_folder_shadows_the_package() -> None:
    assert not (ROOT / "clausewise").exists()


def loaded_by(statement: str) -> set[str]:
    code = f"import sys\n{statement}\nprint(*sys.modules)"
    done = subprocess.run(
        [sys.executable, "-c", code], capture_output=True, text=True, check=True, cwd=ROOT
    )
    return set(done.stdout.split())


def test_importing_the_package_costs_nothing() -> None:
    assert not HEAVY & loaded_by("import clausewise")


def test_what_check_imports() -> None:
    """Guards the cold start: people wait for `check`. Policy, places and parser come from the cache."""
    run = "import os, sys\nfrom clausewise.start import _run\nos._exit = sys.exit"
    check = "try: _run(['check', 'examples/lobby.design'])\nexcept SystemExit: pass"
    loaded_by(f"{run}\n{check}")
    loaded = loaded_by(f"{run}\n{check}")
    ours = {name.removeprefix("clausewise.") for name in loaded if name.startswith("clausewise.")}
    wanted = {
        f"{package}.{module}".lstrip(".")
        for package, modules in CHECK_IMPORTS.items()
        for module in modules.split()
    }
    assert ours - {"dsl", "engine", "formats", "policies"} == wanted
    assert not loaded & HEAVY
