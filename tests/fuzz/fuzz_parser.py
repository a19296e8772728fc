"""Arbitrary bytes to the parser: a tree or diagnostics, and nothing else. See README.md beside this file."""

from __future__ import annotations

import sys
import tempfile
from pathlib import Path
from typing import cast

import atheris

with atheris.instrument_imports(include=["clausewise.dsl"]):
    from clausewise.dsl.files.reading import UnreadableError
    from clausewise.dsl.json.design import parse_json
    from clausewise.dsl.parsing.parser import FileKind, parse
    from clausewise.dsl.text.source import source_from_bytes

ROOT = Path(__file__).parent.parent.parent
KINDS = ("design", "vocabulary", "policy", "cases", "laws", "json")
MOST_BYTES = 4096


def try_one(content: bytes) -> None:
    """The first byte chooses the kind of file."""
    if not content:
        return
    kind = KINDS[content[0] % len(KINDS)]
    try:
        source = source_from_bytes(f"x.{kind}", content[1:])
    except UnreadableError:
        return
    if kind == "json":
        parse_json(source)
    else:
        parse(source, cast("FileKind", kind))


def seeds(folder: Path) -> None:
    """The project's own files, in pieces, as a beginning."""
    for index, kind in enumerate(KINDS):
        for path in sorted(ROOT.glob(f"[ep]*/**/*.{kind}")):
            content = path.read_bytes()
            for start in range(0, len(content), MOST_BYTES // 2):
                piece = bytes([index]) + content[start : start + MOST_BYTES - 1]
                (folder / f"{path.stem}-{start}.{kind}").write_bytes(piece)


def main() -> None:
    """Fuzz until libFuzzer's own options say that it is enough."""
    with tempfile.TemporaryDirectory() as folder:
        seeds(Path(folder))
        options = [f"-max_len={MOST_BYTES}", "-timeout=2", folder]
        atheris.Setup([*sys.argv, *options], try_one)
        atheris.Fuzz()


if __name__ == "__main__":
    main()
