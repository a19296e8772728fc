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
OF_FOLDER = "README.md"
"""The page of a folder, at the folder's own address."""
TITLE = re.compile(r"^# (.+)$", re.MULTILINE)
UNSEARCHED = "---\nsearch:\n  exclude: true\n---\n"
LINK = re.compile(r"\]\(([^)\s#]+)[^)]*\)")


def lay_out(folder: Path) -> None:
    """Copy all pages into a folder, and the files to which they link."""
    for page in pages():
        place = _place(page, folder)
        place.write_text(FENCE.sub(r"\1", page.read_text(encoding="utf-8")), encoding="utf-8")
        for file in _linked(page):
            shutil.copyfile(file, _place(file, folder))


def list_folders(folder: Path) -> None:
    """Give each folder of pages that has no page of its own one that lists them: an address can be cut there."""
    places = {place for page in folder.rglob("*.md") for place in page.parents}
    below = (one for one in places if one.is_relative_to(folder) and one != folder)
    for place in sorted(
        below, reverse=True
    ):  # what lies in a folder is listed after it has a page itself
        if not (place / OF_FOLDER).exists():
            name = place.relative_to(folder).as_posix()
            listed = "\n".join(
                f"- [{_title(page)}]({page.relative_to(place)})" for page in _in(place)
            )
            text = f"{UNSEARCHED}# Pages in `{name}`\n\n{listed}\n"
            (place / OF_FOLDER).write_text(text, encoding="utf-8")


def _in(place: Path) -> Iterator[Path]:
    """The pages that lie in a folder, and those of the folders in it."""
    yield from sorted(place.glob("*.md"))
    yield from sorted(page for page in place.glob(f"*/**/{OF_FOLDER}"))


def _title(page: Path) -> str:
    heading = TITLE.search(page.read_text(encoding="utf-8"))
    return heading[1] if heading else page.stem


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
