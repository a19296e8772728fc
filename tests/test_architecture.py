"""The layout is the architecture: who may import whom, and the one door to each library."""

from __future__ import annotations

import ast
import re
import subprocess
import sys
import tomllib
from collections import Counter
from functools import cache
from pathlib import Path

import networkx as nx
import pytest

from tests.conftest import ROOT

PACKAGES = {"app": "clausewise", "dsl": "clausewise.dsl", "engine": "clausewise.engine"}
"""The folders that hold modules, with the names under which they are imported."""
PACKAGES |= {"policies": "clausewise.policies", "desk": "clausewise.desk"}
ROOMS = {
    "dsl/startup": "",
    "dsl/files": "dsl/startup",
    "dsl/text": "dsl/startup dsl/files",
    "dsl/trees": "dsl/startup dsl/text",
    "dsl": "dsl/trees",
    "dsl/parsing/meaning": "dsl/startup dsl/text dsl/trees",
    "dsl/parsing": "dsl/startup dsl/files dsl/text dsl/trees dsl dsl/parsing/meaning",
    "dsl/printing": "dsl/text dsl/trees dsl dsl/parsing",
    "dsl/editing": "dsl/startup dsl/text dsl/trees dsl dsl/parsing dsl/printing",
    "dsl/models": "dsl/startup dsl/files dsl/text dsl/trees dsl",
    "dsl/json": "dsl/startup dsl/text dsl/trees dsl dsl/models",
    "engine": "",
    "engine/core": "dsl/startup dsl/text dsl/trees dsl dsl/models",
    "engine/linking": "dsl/startup dsl/text dsl/trees dsl dsl/models engine/core",
    "engine/judging": "dsl/startup dsl/text dsl/trees dsl dsl/models engine/core",
    "engine/advice": "dsl/startup dsl/text dsl/trees dsl dsl/models engine/core engine/judging",
    "engine/backends": "engine/core",
    "engine/backends/python": "dsl/startup dsl/text dsl/trees dsl dsl/models engine/core engine/judging"
    " engine/backends",
    "engine/backends/python/steps": "dsl/startup dsl/models engine/core engine/backends/python",
    "engine/backends/solver": "dsl/startup dsl/text dsl/trees dsl dsl/parsing dsl/printing dsl/models engine/core"
    " engine/judging engine/advice engine/backends",
    "engine/backends/solver/asking": "dsl/startup dsl/text dsl/trees dsl dsl/models engine/core engine/judging"
    " engine/advice engine/backends/solver",
    "engine/backends/solver/mending": "dsl/startup dsl/text dsl/trees dsl dsl/models engine/core engine/judging"
    " engine/backends/solver",
    "engine/backends/solver/proving": "dsl/startup dsl/text dsl/trees dsl dsl/models engine/core engine/judging"
    " engine/backends engine/backends/python engine/backends/solver",
    "engine/backends/sql": "dsl/startup dsl/text dsl/trees dsl dsl/models engine/core engine/backends",
    "policies": "",
    "app/intake": "dsl/* engine/core engine/linking engine/backends/python engine/backends/python/steps policies",
    "app/importing": "dsl/* app/intake",
    "app/checking": "dsl/* engine/* app/intake app/importing",
    "app/interview": "dsl/* engine/* app/intake app/checking",
    "app/comparing": "dsl/* engine/core engine/judging app/intake app/checking",
    "app/accepting": "dsl/* engine/core engine/judging app/intake app/checking",
    "app/configuration": "dsl/* engine/core policies app/intake app/checking",
    "app/workers": "dsl/startup dsl/files dsl/text",
    "app/dossier": "dsl/* engine/* app/intake app/checking app/workers",
    "app/portfolio": "dsl/* engine/* app/intake app/checking app/workers",
    "app/testing": "dsl/* engine/* policies app/intake app/checking app/workers",
    "app/tracing": "dsl/* engine/* app/intake app/checking",
    "app/formats": "dsl/* engine/* app/intake app/importing app/checking app/accepting app/interview app/comparing"
    " app/dossier app/configuration app/portfolio app/testing app/tracing",
    "app/editor": "dsl/* engine/* policies app/intake app/importing app/checking app/accepting app/configuration"
    " app/testing app/formats",
    "app/assistants": "dsl/* engine/* app/intake app/checking app/accepting app/comparing app/configuration"
    " app/formats",
    "app/server": "dsl/startup dsl/text dsl/printing app/importing app/checking app/editor",
    "app/runs": "dsl/* engine/* app/intake app/importing app/checking app/accepting app/interview app/comparing"
    " app/dossier app/portfolio app/testing app/tracing app/formats",
    "desk/interview": "dsl/* engine/* app/intake app/checking app/interview app/workers",
    "desk/judging": "dsl/* engine/* app/intake app/checking app/dossier app/formats app/portfolio app/workers"
    " desk/interview",
    "desk/keeping": "dsl/startup dsl/files",
    "desk/records": "dsl/startup desk/interview",
    "desk/mail": "dsl/startup desk/records",
    "desk/workflow": "dsl/* engine/* app/intake app/workers desk/interview desk/judging desk/keeping"
    " desk/records desk/mail",
    "desk/pages": "dsl/* engine/* app/interview app/formats app/workers desk/interview desk/judging desk/keeping"
    " desk/records desk/mail desk/workflow",
    "desk/site": "dsl/* app/intake app/workers desk/interview desk/pages",
    "desk": "dsl/* app/workers desk/interview desk/judging desk/records desk/mail desk/workflow desk/pages"
    " desk/site",
    "app/commands": "dsl/* engine/* policies app/intake app/importing app/checking app/accepting app/configuration"
    " app/testing app/formats app/editor app/server app/assistants app/runs desk",
    "app": "*",
}
"""The rooms, each with those that it may import besides itself. ARCHITECTURE.md shows this table."""
MOST_MODULES = 20
MOST_LINES = 600
DOORS = {
    "allauth": {"desk/pages/accounts", "desk/site/urls.py"},
    "django": {"desk"},
    "lark": {"dsl/parsing"},
    "hcl2": {"app/importing/hcl.py"},
    "ijson": {"app/importing/calls.py"},
    "lsprotocol": {"app/server"},
    "mcp": {"app/assistants/serving.py"},
    "pygls": {"app/server"},
    "networkx": {"engine/core/graph.py"},
    "pydantic": {
        "app/assistants/serving.py",
        "app/formats/report/json_shape.py",
        "dsl/json/schema.py",
    },
    "cryptography": {"app/dossier/signing.py"},
    "securesystemslib": {"app/dossier/signing.py"},
    "grandalf": {"app/formats/dossier/layout.py"},
    "django_tasks": {"desk/workflow/jobs.py"},
    "django_tasks_db": {"desk/workflow/jobs.py"},
    "psycopg": {"desk/site/database.py"},
    "waitress": {"desk/serving.py"},
    "tomllib": {"app/intake/toml.py"},
    "weasyprint": {"app/formats/dossier/pdf.py"},
    "msgspec": {
        "app/portfolio/sources.py",
        "app/dossier/signing.py",
        "app/dossier/statement.py",
        "engine/backends/python/from_json.py",
        "engine/backends/python/record_classes.py",
        "app/formats/escaping.py",
    },
    "typer": {"app/commands/cli.py", "app/commands/mistakes.py"},
    "duckdb": {
        "app/portfolio/by_sql.py",
        "app/portfolio/judged_table.py",
    },
    "sqlglot": {"engine/backends/sql"},
    "hypothesis": {
        "app/testing/complete.py",
        "app/testing/pairs.py",
        "app/testing/refuting.py",
        "app/testing/strategies.py",
    },
    "rich": {
        "app/formats/policy/text.py",
        "app/formats/screen/terminal.py",
        "app/runs/progress.py",
    },
    "pytest": {"app/commands/pytest_plugin.py"},
    "pysat": {"engine/backends/solver/sat.py"},
    "pypdf": {"app/dossier/carried.py"},
    "pyarrow": {
        "app/portfolio/arrays.py",
        "app/portfolio/column_types.py",
        "app/portfolio/collecting.py",
        "app/formats/portfolio/rows.py",
        "app/formats/portfolio/table.py",
        "app/portfolio/packing.py",
        "app/portfolio/parquet.py",
        "app/portfolio/parts.py",
        "app/portfolio/unpacking.py",
        "engine/backends/sql/portfolio_table.py",
    },
}
"""The modules or the room by which each library comes in."""
HEAVY = {
    "allauth",
    "cryptography",
    "django",
    "duckdb",
    "grandalf",
    "hcl2",
    "ijson",
    "lark",
    "lsprotocol",
    "mcp",
    "networkx",
    "pyarrow",
    "pydantic",
    "pypdf",
    "rich",
    "securesystemslib",
    "sqlglot",
    "typer",
    "weasyprint",
}
CHECK_IMPORTS = """
    start commands.judging commands.line commands.options.found commands.options.how_to_judge commands.table
    checking.accepted checking.bounds checking.cautions checking.check checking.judging
    checking.options checking.report checking.together
    configuration.find configuration.options
    intake.access intake.designs intake.evidence intake.judges intake.load intake.packages
    intake.shared intake.texts
    runs.check runs.output runs.progress runs.renderers runs.targets
    dsl.trees.designs dsl.trees.values dsl.files.inputs dsl.files.reading
    dsl.startup.installed dsl.startup.lean dsl.startup.store dsl.startup.typed
    dsl.files.writing dsl.text.diagnostic dsl.text.fault dsl.text.names dsl.text.source
    dsl.text.origins dsl.text.values
    dsl.parsing.build_design dsl.parsing.expected dsl.parsing.grammar dsl.parsing.parser dsl.parsing.tables
    dsl.models.admission dsl.models.check_design dsl.models.deployment dsl.models.documents
    dsl.models.places
    dsl.models.shapes dsl.models.taxonomy dsl.models.vocabulary
    engine.backends.python.steps.budget engine.backends.python.steps.nests
    engine.core.clauses engine.core.conditions engine.core.outcomes engine.core.policy engine.core.reads
    engine.core.traits engine.core.truth engine.core.walk
    engine.judging.explain engine.judging.judgement
    engine.judging.record engine.judging.sets engine.backends.results
    engine.backends.python.compiled engine.backends.python.judging engine.backends.python.reasoning
    engine.backends.python.records engine.backends.python.runtime engine.backends.python.viewed
    engine.advice.advise engine.advice.because engine.advice.questions engine.advice.reach
    engine.advice.readings
    formats.escaping formats.screen.diagnostics formats.screen.sheet formats.screen.snippet
    formats.report.accepted formats.report.alike formats.report.heading
    formats.report.sentences formats.report.text
"""
"""The modules that one `check` of a design in text needs."""
NAMES_OF_THE_PACK = ("police", "consent", "emotion", "face-", "gender")


def modules(folder: str) -> list[Path]:
    return sorted((ROOT / folder).rglob("*.py"))


ALL = [path for folder in PACKAGES for path in modules(folder)]


def name_of(path: Path) -> str:
    """The name under which a module is imported."""
    folder, *parts = path.relative_to(ROOT).with_suffix("").parts
    return ".".join([PACKAGES[folder], *parts]).removesuffix(".__init__")


MODULES = {name_of(path): path for path in ALL}


def room_of(path: Path) -> str:
    """The innermost room of the table that holds a module."""
    folders = [folder.as_posix() for folder in path.relative_to(ROOT).parents]
    return next(folder for folder in folders if folder in ROOMS)


@cache
def imports(path: Path) -> set[str]:
    """What a module imports, by name, anywhere in it: in functions and for type checking, too."""
    found: set[str] = set()
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Import):
            found.update(alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom):
            module = node.module or ""
            names = {f"{module}.{alias.name}" for alias in node.names}
            found |= {name if name in MODULES else module for name in names}
    return found


def ours(path: Path) -> set[Path]:
    """Our own modules that a module imports."""
    return {MODULES[name] for name in imports(path) if name in MODULES}


def allowed(room: str) -> set[str]:
    """The rooms that a room may import, with `*` written out."""
    found = {room}
    for word in ROOMS[room].split():
        below = word.removesuffix("*")
        is_all = below != word
        found |= {name for name in ROOMS if is_all and f"{name}/".startswith(below)} or {word}
    return found


@pytest.mark.parametrize("room", ROOMS)
def test_imports_point_one_way(room: str) -> None:
    for path in ALL:
        if room_of(path) == room:
            wrong = {str(other) for other in ours(path) if room_of(other) not in allowed(room)}
            assert not wrong, f"{path} imports {wrong}"


def test_the_rooms_are_in_order() -> None:
    """A room comes after all that it may import."""
    names = list(ROOMS)
    for index, room in enumerate(names):
        assert allowed(room) <= {*names[: index + 1]}, room


def test_there_is_no_circle() -> None:
    graph: nx.DiGraph[str] = nx.DiGraph(
        [(str(path), str(other)) for path in ALL for other in ours(path)]
    )
    circles = [sorted(found) for found in nx.strongly_connected_components(graph) if len(found) > 1]
    assert not circles


def test_no_room_holds_too_much() -> None:
    for folder in {path.parent for path in ALL}:
        held = [path for path in folder.glob("*.py") if path.name != "__init__.py"]
        assert len(held) <= MOST_MODULES, folder
    for path in ALL:
        assert len(path.read_text(encoding="utf-8").splitlines()) <= MOST_LINES, path


def test_no_prefix_stands_for_a_folder() -> None:
    """Three modules of one folder that begin with the same word would be a room."""
    for folder in {path.parent for path in ALL}:
        names = [path.stem for path in folder.glob("*.py") if not path.stem.startswith("_")]
        counts = Counter(name.partition("_")[0] for name in names)
        assert max(counts.values(), default=0) < 3, folder


def test_the_page_shows_the_rooms() -> None:
    page = (ROOT / "ARCHITECTURE.md").read_text(encoding="utf-8")
    rows = re.findall(r"^\| `([a-z/]+)/` \|.*\| ([^|]+) \|$", page, flags=re.MULTILINE)
    shown = {room: " ".join(may.replace("`", "").replace(",", "").split()) for room, may in rows}
    words = {"": "nothing", "*": "all"}
    assert shown == {room: words.get(may, may) for room, may in ROOMS.items()}


@pytest.mark.parametrize("library", DOORS)
def test_each_library_has_one_door(library: str) -> None:
    users = {
        path.relative_to(ROOT).as_posix()
        for path in ALL
        if any(name.split(".")[0] == library for name in imports(path))
    }
    through = {
        user: {d for d in DOORS[library] if user == d or user.startswith(f"{d}/")} for user in users
    }
    assert all(through.values()), through
    assert set().union(*through.values()) == DOORS[library]


def test_every_library_has_a_door() -> None:
    """All but whitenoise, which settings name."""
    project = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]
    extras = project["optional-dependencies"]
    used = (
        "attest",
        "desk",
        "dossier",
        "editor",
        "import",
        "mcp",
        "portfolio",
        "postgresql",
        "solver",
        "testing",
    )
    wanted = [*project["dependencies"], *(wish for name in used for wish in extras[name])]
    names = {re.split(r"[<>=~\[]", wish)[0].strip() for wish in wanted}
    imported = {"django-allauth": "allauth", "python-hcl2": "hcl2", "python-sat": "pysat"}
    imported |= {"psycopg": "psycopg", "django-tasks": "django_tasks"}
    imported["django-tasks-db"] = "django_tasks_db"
    by_name = {"whitenoise", "clausewise"}
    of_python = {"tomllib"}
    assert {imported.get(name, name) for name in names - by_name} == set(DOORS) - of_python


def test_no_python_names_a_prohibition() -> None:
    for room in ("dsl", "engine", "policies", "desk"):
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
    found = {name.removeprefix("clausewise.") for name in loaded if name.startswith("clausewise.")}
    folders = {
        name.removeprefix("clausewise.")
        for name, path in MODULES.items()
        if path.stem == "__init__"
    }
    assert found - folders == set(CHECK_IMPORTS.split())
    assert not loaded & HEAVY


OPENING = {"open", "read_text", "read_bytes", "write_text", "write_bytes", "fdopen", "mkstemp"}
OPENERS = {
    "dsl/files/reading.py": "the door",
    "dsl/files/writing.py": "writes files",
    "dsl/startup/store.py": "the cache, a private folder of its own",
    "app/start.py": "a stream that leads nowhere, in place of one that was closed",
    "app/runs/submitting.py": "no file but a desk's address, of which it looks at the scheme",
    "desk/pages/files.py": "a place in an archive that it writes",
    "app/workers/apart.py": "a stream that leads nowhere, for what a library prints",
    "app/workers/memory.py": "what the system says of this process, no file of anybody's",
    "app/intake/packages.py": "the metadata of installed packages, by Python's own reader of them",
}
"""The modules that open files, and for what."""


def opened_in(path: Path) -> set[str]:
    """What a module calls that opens a file, by its name, but for what it has from the door."""
    tree = ast.parse(path.read_text(encoding="utf-8"))
    called = [node.func for node in ast.walk(tree) if isinstance(node, ast.Call)]
    names = {node.id for node in called if isinstance(node, ast.Name)}
    attributes = {
        node.attr
        for node in called
        if isinstance(node, ast.Attribute) and not ast.unparse(node).endswith("conditions.open")
    }
    door = MODULES["clausewise.dsl.files.reading"]
    own = {
        alias.name
        for node in ast.walk(tree)
        if isinstance(node, ast.ImportFrom) and node.module == name_of(door)
        for alias in node.names
    }
    return OPENING & ((names - own) | attributes)


def test_files_have_one_door() -> None:
    """What a stranger gives is opened in one place, which knows what may be opened."""
    openers = {path.relative_to(ROOT).as_posix() for path in ALL if opened_in(path)}
    assert openers == set(OPENERS)
