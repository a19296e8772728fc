"""Builds the playground: Pyodide, Clausewise and its libraries packed for it, and the page's scripts.

It needs node, and the packages of `website/playground/package.json`. The libraries are those of the environment in
which it runs, so what the tests have tried is what a browser gets.
"""

from __future__ import annotations

import json
import shutil
import subprocess
from collections.abc import Iterator
from importlib.metadata import Distribution, distribution
from pathlib import Path
from tempfile import TemporaryDirectory

from clausewise.dsl.parsing.keywords import keywords
from clausewise.dsl.startup.installed import file_of
from clausewise.dsl.text.names import RESERVED
from website.tree import ROOT

HERE = Path(__file__).parent
NODE_MODULES = HERE / "node_modules"
OURS = {
    "app": "clausewise",
    "dsl": "clausewise/dsl",
    "engine": "clausewise/engine",
    "policies": "clausewise/policies",
}
LIBRARIES = ("lark", "networkx")
"""All that judging a design imports."""
PYODIDE = (
    *("pyodide.mjs", "pyodide.asm.mjs", "pyodide.asm.wasm"),
    *("python_stdlib.zip", "pyodide-lock.json"),
)
LEFT_OUT = shutil.ignore_patterns("__pycache__", "tests", "*.pyc")
SCRIPTS = {"playground": "main.js", "worker": "worker.js"}
START = ("lobby", "station-door", "patrol")
"""The examples that are offered first."""


def build(folder: Path) -> None:
    """Put all that the page needs into a folder.

    Raises:
        CalledProcessError: node, or what it runs, finds something wrong.
    """
    (folder / "pyodide").mkdir(parents=True)
    for name in PYODIDE:
        shutil.copy(NODE_MODULES / "pyodide" / name, folder / "pyodide")
    shutil.copy(HERE / "page.md", folder / "README.md")
    (folder / "designs.json").write_text(json.dumps([*_designs()]), encoding="utf-8")
    (folder / "licences.txt").write_text("\n".join(_licences()), encoding="utf-8")
    _bundle(folder)
    _pack(folder)


def _designs() -> Iterator[dict[str, str]]:
    """What can be started from: some examples, and a design for each approved use case."""
    paths = [ROOT / "examples" / f"{name}.design" for name in START]
    paths += sorted((ROOT / "policies" / "face" / "use-cases").glob("*.design"))
    for path in paths:
        yield {"name": path.stem, "text": path.read_text(encoding="utf-8")}


def words() -> list[str]:
    """The words that the editor colours: those that have a meaning in a design."""
    return sorted(keywords("design") | RESERVED)


def _bundle(folder: Path) -> None:
    command: list[str | Path] = [
        NODE_MODULES / ".bin" / "esbuild",
        *(f"{name}={HERE / 'src' / source}" for name, source in SCRIPTS.items()),
        *("--bundle", "--minify", "--format=esm", "--target=es2022", "--log-level=warning"),
        f"--define:WORDS={json.dumps(words())}",
        "--external:./pyodide/pyodide.mjs",
        f"--outdir={folder}",
    ]
    _run(command)


def _pack(folder: Path) -> None:
    """The packages, compiled and linked by the Pyodide that will run them: see pack.mjs."""
    with TemporaryDirectory() as place:
        lib = Path(place) / "lib"
        for source, name in OURS.items():
            shutil.copytree(ROOT / source, lib / name, ignore=LEFT_OUT, dirs_exist_ok=True)
        for name in LIBRARIES:
            shutil.copytree(Path(file_of(name)).parent, lib / name, ignore=LEFT_OUT)
        shutil.copy(HERE / "judging.py", lib)
        archive = shutil.make_archive(str(lib), "zip", lib)
        command: list[str | Path] = ["node", HERE / "pack.mjs", archive, folder / "designs.json"]
        _run([*command, folder / "clausewise.tar.gz"])


def _run(command: list[str | Path]) -> None:
    subprocess.run(command, check=True, capture_output=True, text=True)


# licences


def _licences() -> Iterator[str]:
    """The licences of all that is copied into the website for the playground."""
    yield (ROOT / "LICENSE").read_text(encoding="utf-8")
    for name in LIBRARIES:
        found = distribution(name)
        yield f"{'=' * 100}\n{name} {found.version}\n\n{_text(found)}"
    for package in sorted(_node_packages()):
        about = json.loads((package / "package.json").read_text(encoding="utf-8"))
        yield f"{'=' * 100}\n{about['name']} {about['version']}, {about['license']}\n"
        yield from (path.read_text(encoding="utf-8") for path in package.glob("LICENSE*"))


def _text(found: Distribution) -> str:
    paths = [path for path in found.files or () if path.name.startswith("LICENSE")]
    return "\n".join(path.read_text(encoding="utf-8") for path in paths)


def _node_packages() -> Iterator[Path]:
    """The packages of node that end up in the page."""
    lock = json.loads((HERE / "package-lock.json").read_text(encoding="utf-8"))
    for name, about in lock["packages"].items():
        if name and not about.get("dev") and (HERE / name / "package.json").is_file():
            yield HERE / name
