"""What fuzzing found (tests/fuzz/README.md): each file once crashed or hung the parser."""

from __future__ import annotations

from pathlib import Path
from typing import cast

import pytest

from clausewise.dsl.files.reading import UnreadableError
from clausewise.dsl.json.design import parse_json
from clausewise.dsl.parsing.parser import FileKind, parse
from clausewise.dsl.text.source import source_from_bytes
from tests.conftest import ROOT

FOUND = sorted((ROOT / "tests" / "fuzz" / "found").iterdir())


@pytest.mark.parametrize("path", FOUND, ids=lambda path: path.name)
def test_what_fuzzing_found(path: Path) -> None:
    try:
        source = source_from_bytes(path.name, path.read_bytes())
    except UnreadableError as error:
        assert str(error)  # noqa: PT017
        return
    kind = path.suffix.removeprefix(".")
    tree, problems = parse_json(source) if kind == "json" else parse(source, cast(FileKind, kind))
    assert tree is not None or problems
