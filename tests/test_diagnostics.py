"""Every code has a page, and the example of each page gives the output that the page shows.

`UPDATE_PAGES=1 pytest tests/test_diagnostics.py` writes the outputs anew; read the difference.
"""

from __future__ import annotations

import ast
import io
import os
import re
from pathlib import Path

import pytest

from clausewise.checking.check import check_file
from clausewise.dsl.text.diagnostic import CODES, Diagnostic, InvalidError
from clausewise.formats.screen.diagnostics import print_diagnostics
from clausewise.formats.screen.sheet import Sheet
from clausewise.intake.load import load_policy, load_vocabulary, policy_warnings
from tests.conftest import ROOT

PAGES = ROOT / "docs" / "diagnostics"
WITHOUT_EXAMPLE = {
    *("E100", "E104", "E105", "E106", "E107"),
    *("E402", "E509", "E546", "E547", "E548"),
    *("E520", "E521", "E522", "E523", "E524", "E525", "E526", "E527"),
    *("E601", "E602", "E603", "E604", "E605", "E606"),
}
"""Tried elsewhere: they need a broken file, a very large policy, another command, or a policy of their own."""
EXAMPLE = re.compile(
    r"```(design|json|policy|vocabulary)\n(.*?)```\n\n```text\n(.*?)```", re.DOTALL
)


def diagnostics(kind: str, path: Path) -> tuple[Diagnostic, ...]:
    if kind in ("design", "json"):
        return check_file(path).diagnostics
    try:
        if kind == "vocabulary":
            load_vocabulary(path)
            return ()
        load_policy(str(path))
        return policy_warnings(str(path))
    except InvalidError as error:
        return error.diagnostics


def shown(found: tuple[Diagnostic, ...], folder: Path) -> str:
    text = io.StringIO()
    print_diagnostics(found, Sheet(text))
    lines = text.getvalue().replace(f"{folder}/", "").splitlines()
    return "\n".join(line.rstrip() for line in lines).strip() + "\n"


def test_every_code_has_a_page_with_its_title() -> None:
    for code, title in CODES.items():
        page = (PAGES / f"{code}.md").read_text(encoding="utf-8")
        assert page.startswith(f"# {code}: {title}\n")
        assert (EXAMPLE.search(page) is None) == (code in WITHOUT_EXAMPLE), code
    index = (PAGES / "README.md").read_text(encoding="utf-8")
    assert [code for code in CODES if f"({code}.md)" not in index] == []
    assert {path.stem for path in PAGES.glob("[EW]*.md")} == set(CODES)


@pytest.mark.parametrize("code", sorted(set(CODES) - WITHOUT_EXAMPLE))
def test_the_example_of_a_page_gives_what_it_shows(code: str, doors: Path) -> None:
    page = PAGES / f"{code}.md"
    text = page.read_text(encoding="utf-8")
    example = EXAMPLE.search(text)
    assert example
    kind, content, expected = example.groups()
    path = doors / f"{code}.{kind}"
    path.write_text(content, encoding="utf-8")
    found = diagnostics(kind, path)
    output = shown(found, doors)
    if os.environ.get("UPDATE_PAGES"):
        page.write_text(
            text.replace(example[0], example[0][: -len(expected + "```")] + output + "```")
        )
        return
    assert output == expected
    assert code in {diagnostic.code for diagnostic in found}


CODE = re.compile(r"[EW]\d{3}")


def test_every_code_is_one_that_the_program_gives() -> None:
    """A code that nothing gives any more is no code, and one without a title has no page."""
    given = set()
    for folder in ("app", "dsl", "engine"):
        for path in (ROOT / folder).rglob("*.py"):
            if path.name != "diagnostic.py":
                tree = ast.parse(path.read_text(encoding="utf-8"))
                words = (n.value for n in ast.walk(tree) if isinstance(n, ast.Constant))
                given |= {word for word in words if isinstance(word, str) and CODE.fullmatch(word)}
    assert given == set(CODES)
