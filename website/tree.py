"""The pages of the repository, laid out for the website as they lie in the repository.

So the links between them lead to the same pages there as on the forge, and none is written anew.
"""

from __future__ import annotations

import re
import shutil
from collections.abc import Iterator
from pathlib import Path

ROOT = Path(__file__).parent.parent
PAGES = (
    *("README.md", "ARCHITECTURE.md", "CONTRIBUTING.md", "SECURITY.md", "CHANGELOG.md"),
    *("docs/**/*.md", "policies/**/*.md", "benchmarks/*.md", "editors/*.md", "dsl/**/*.md"),
)
"""What is shown, as patterns of files."""
FENCE = re.compile(r"^(```\w+) .*$", re.MULTILINE)
"""The line that opens a block of code with a name, for tests, behind its language. Zensical knows no names."""
LINK = re.compile(r"\]\(([^)\s#]+)[^)]*\)")


def lay_out(folder: Path) -> None:
    """Copy all pages into a folder, and the files to which they link."""
    for page in pages():
        place = _place(page, folder)
        place.write_text(FENCE.sub(r"\1", page.read_text(encoding="utf-8")), encoding="utf-8")
        for file in _linked(page):
            shutil.copyfile(file, _place(file, folder))


def pages() -> Iterator[Path]:
    """The pages of the repository."""
    for pattern in PAGES:
        yield from sorted(ROOT.glob(pattern))


def _linked(page: Path) -> Iterator[Path]:
    """The files that are no pages, such as pictures and designs, to which a page links."""
    for link in LINK.findall(page.read_text(encoding="utf-8")):
        path = (page.parent / link).resolve()
        if path.suffix != ".md" and path.is_file() and path.is_relative_to(ROOT):
            yield path


def _place(file: Path, folder: Path) -> Path:
    place = folder / file.relative_to(ROOT)
    place.parent.mkdir(parents=True, exist_ok=True)
    return place
