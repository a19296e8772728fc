"""Makes the grammars by which VS Code colours our files before the server does, from the grammar of the language.

`python -m tests.textmate` writes them; `tests/test_vscode.py` holds them to be up to date.
"""

from __future__ import annotations

import json
from typing import Any

from clausewise.dsl.parsing.grammar import patterns_of
from clausewise.dsl.parsing.keywords import keywords
from tests.conftest import ROOT

FOLDER = ROOT / "editors" / "vscode" / "syntaxes"
KINDS = ("design", "vocabulary", "policy", "cases", "laws")
NAME = r"[A-Za-z][A-Za-z0-9]*(?:-[A-Za-z0-9]+)*"
ALONE = r"(?<![\w-])(?:{})(?![\w-])"
Json = dict[str, Any]


def grammar(kind: str) -> Json:
    """The TextMate grammar of a kind of file."""
    scope = f"clausewise-{kind}"
    patterns = [
        {"name": f"comment.line.number-sign.{scope}", "match": "#.*$"},
        _text(scope),
        *(_lines(scope, kind) if kind in ("design", "cases") else _declared(scope, kind)),
        *_numbers(kind, scope),
        {"name": f"keyword.control.{scope}", "match": _words(keywords(kind))},
        {"name": f"constant.language.{scope}", "match": _words({"yes", "no", "none", "unknown"})},
        {"name": f"keyword.operator.{scope}", "match": r"\.\.\.|<=|>=|[<>=+*]"},
        {"name": f"variable.other.{scope}", "match": NAME},
    ]
    return {
        "$schema": "https://raw.githubusercontent.com/martinring/tmlanguage/master/tmlanguage.json",
        "name": f"Clausewise {kind}",
        "scopeName": f"source.{scope}",
        "patterns": patterns,
    }


def _text(scope: str) -> Json:
    return {
        "name": f"string.quoted.double.{scope}",
        "begin": '"',
        "end": '"|$',
        "patterns": [{"name": f"constant.character.escape.{scope}", "match": r'\\["\\]'}],
    }


def _numbers(kind: str, scope: str) -> list[Json]:
    """Dates, ranges and numbers, by the patterns of the grammar itself."""
    named = {name: pattern for name, pattern, _ in patterns_of(kind)}
    wanted = [named[name] for name in ("DATE", "RANGE", "NUMBER") if name in named]
    return [{"name": f"constant.numeric.{scope}", "match": pattern} for pattern in wanted]


def _words(words: set[str] | frozenset[str]) -> str:
    return ALONE.format("|".join(sorted(words, key=lambda word: (-len(word), word))))


def _lines(scope: str, kind: str) -> list[Json]:
    """What a line begins with: a header, a block, or a field, whose name may be a keyword elsewhere."""
    header = r"^\s*(?:(judged)\s+(by)|(as)\s+(of))(?![\w-])"
    keyword, type_ = f"keyword.control.{scope}", f"entity.name.type.{scope}"
    block = rf"^\s*({NAME})(?:\s+({NAME}))?\s*(?=\{{)"
    found: list[Json] = [
        {"match": header, "captures": {str(n): {"name": keyword} for n in range(1, 5)}}
    ]
    if kind == "cases":
        lines = r"^\s*(case|design|expect|reading|with|without)(?![\w-])"
        found.append({"match": lines, "captures": {"1": {"name": keyword}}})
    found += [
        {
            "match": block,
            "captures": {"1": {"name": type_}, "2": {"name": f"entity.name.tag.{scope}"}},
        },
        {"match": rf'^\s*({NAME})(?=\s+")', "captures": {"1": {"name": type_}}},
        {
            "match": rf"^\s*({NAME})(?=\s)",
            "captures": {"1": {"name": f"variable.other.property.{scope}"}},
        },
    ]
    return found


def _declared(scope: str, kind: str) -> list[Json]:
    """What stands behind a word that declares it."""
    words = {
        "vocabulary": "vocabulary|mark|taxonomy|entity|document|subject",
        "laws": "laws|for|law",
        "policy": "policy|vocabulary|define|table|reading|warning|section|clause|document|breach|unless",
    }
    match = rf"(?<![\w-])({words[kind]})\s+({NAME})"
    captures = {
        "1": {"name": f"keyword.control.{scope}"},
        "2": {"name": f"entity.name.function.{scope}"},
    }
    return [{"match": match, "captures": captures}]


def files() -> dict[str, str]:
    """The grammars by the names of their files."""
    return {f"{kind}.tmLanguage.json": json.dumps(grammar(kind), indent=2) + "\n" for kind in KINDS}


def main() -> None:
    """Write them."""
    FOLDER.mkdir(exist_ok=True)
    for name, text in files().items():
        (FOLDER / name).write_text(text, encoding="utf-8")


if __name__ == "__main__":
    main()
