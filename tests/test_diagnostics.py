"""Every code has a page, and an example on it; tests/test_docs.py holds what the pages show to what comes out."""

from __future__ import annotations

import ast
import re
from pathlib import Path

import pytest

from clausewise.dsl.text.diagnostic import CODES
from tests import pages
from tests.conftest import ROOT
from tests.pages import DIAGNOSTICS, EXAMPLE, diagnostic_page

WITHOUT_EXAMPLE = {
    *("E100", "E104", "E105", "E106", "E107", "E108", "E109", "E110", "E111", "E112"),
    *(
        "E208",
        "E209",
        "E210",
        "E402",
        "E405",
        "E406",
        "E407",
        "E509",
        "E511",
        "E512",
        "E546",
        "E547",
        "E548",
    ),
    *("E520", "E521", "E522", "E523", "E524", "E525", "E526", "E527", "E531"),
    *("E561", "E562", "E563", "E571"),
    *("E601", "E602", "E603", "E604", "E605", "E606", "E801", "E802"),
    *("W703", "W705", "W706", "W707"),
    *("E529", "E530"),
    *("E113", "E114", "E532", "E533", "W708", "W709"),
}
"""Tried elsewhere: they need a broken file, a very large policy, another command, or files of their own."""


def test_every_code_has_a_page_with_an_example() -> None:
    assert {path.stem for path in DIAGNOSTICS.glob("[EW]*.md")} == set(CODES)
    for code in CODES:
        page = (DIAGNOSTICS / f"{code}.md").read_text(encoding="utf-8")
        assert (EXAMPLE.search(page) is None) == (code in WITHOUT_EXAMPLE), code


UNMEANT = """# E502: unknown field

```design%s
deployment "Front door"
judged by door-code
actor acme {
  knd company
}
dor front {
}
```

```text
```
"""


@pytest.mark.parametrize("meant", ["", " E501 E502", " E501"])
def test_no_page_is_written_with_a_diagnostic_that_it_does_not_mean(
    meant: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "E502.md").write_text(UNMEANT % meant, encoding="utf-8")
    monkeypatch.setattr(pages, "DIAGNOSTICS", tmp_path)
    with pytest.raises(ValueError, match="its example gives E502, E501"):
        diagnostic_page("E502")


def test_an_example_may_mean_several_diagnostics(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "E502.md").write_text(UNMEANT % " E502 E501", encoding="utf-8")
    monkeypatch.setattr(pages, "DIAGNOSTICS", tmp_path)
    assert "error[E501]: there is no type of entity `dor`" in diagnostic_page("E502")


CODE = re.compile(r"[EW]\d{3}")


def test_every_code_is_one_that_the_program_gives() -> None:
    """Each code in `CODES` is given somewhere in the code, and each code given there is in `CODES`."""
    given = set()
    for folder in ("app", "desk", "dsl", "engine"):
        for path in (ROOT / folder).rglob("*.py"):
            if path.name != "diagnostic.py":
                tree = ast.parse(path.read_text(encoding="utf-8"))
                words = (n.value for n in ast.walk(tree) if isinstance(n, ast.Constant))
                given |= {word for word in words if isinstance(word, str) and CODE.fullmatch(word)}
    assert given == set(CODES)
