"""`python -m website`: the website, in `build/site/html`; with `--playground`, the playground in it, too.

The pages of clauses say which way values push, where python-sat is installed. That takes longer than all the rest,
so `--no-directions` leaves it out, for tests.
"""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from importlib.util import find_spec
from pathlib import Path

from website.clauses import write_clauses
from website.csp import with_policy
from website.playground import build as playground
from website.tree import ROOT, lay_out, list_folders

HERE = Path(__file__).parent
BUILT = ROOT / "build" / "site"
PLAYGROUND = '    { "Playground" = "playground/README.md" },\n'
"""The line in the list of pages."""


def build(
    folder: Path = BUILT, *, with_playground: bool = False, with_directions: bool = False
) -> Path:
    """Make the website in a folder; gives the folder of its pages.

    Raises:
        ModuleNotFoundError: directions are wanted, and python-sat is not installed.
        CalledProcessError: Zensical finds something wrong, such as a link that leads nowhere.
    """
    shutil.rmtree(folder, ignore_errors=True)
    pages = folder / "pages"
    lay_out(pages)
    write_clauses(pages / "clauses", with_directions=with_directions)
    shutil.copytree(HERE / "assets", pages / "assets")
    list_folders(pages)
    settings = (HERE / "zensical.toml").read_text(encoding="utf-8")
    if with_playground:
        playground.build(pages / "playground")
    else:
        settings = settings.replace(PLAYGROUND, "")
    file = folder / "zensical.toml"
    file.write_text(settings, encoding="utf-8")
    command = [
        sys.executable,
        "-m",
        "website.colours",
        "build",
        "--strict",
        "--config-file",
        str(file),
    ]
    plain = {**os.environ, "NO_COLOR": "1"}
    subprocess.run(command, check=True, capture_output=True, text=True, env=plain, cwd=ROOT)
    for page in (folder / "html").rglob("*.html"):
        judges = page.parent == folder / "html" / "playground"
        text = with_policy(page.read_text(encoding="utf-8"), judges=judges)
        page.write_text(text, encoding="utf-8")
    return folder / "html"


def main() -> None:
    """Make the website, and say where it is."""
    try:
        wants_playground = "--playground" in sys.argv[1:]
        has_solver = find_spec("pysat") is not None
        wants_directions = has_solver and "--no-directions" not in sys.argv[1:]
        built = build(with_playground=wants_playground, with_directions=wants_directions)
        print(built.relative_to(ROOT))
    except subprocess.CalledProcessError as error:
        sys.exit(error.stdout + error.stderr)


if __name__ == "__main__":
    main()
