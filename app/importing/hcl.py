"""The files of a Terraform module, also in JSON: what stands in them literally. The one door to python-hcl2.

An expression, such as `var.sku`, is open: only a plan says what it comes to. So is whether a resource with such a
`count`, or with `for_each`, is there at all. Modules are not followed.
"""

from __future__ import annotations

import os
import re
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any

from clausewise.dsl.files.reading import shown, size_shown
from clausewise.dsl.json.places import too_deep
from clausewise.importing.opening import MAX_NESTING, content_of, json_of, problem
from clausewise.importing.seen import Described, Open, See, Survey, in_a_line
from clausewise.intake.access import Access
from clausewise.intake.extras import lacking

JSON = ".tf.json"
MAX_BYTES = 256 * 1024
"""Of one file."""
MAX_TOTAL = 1024**2
"""Of all files of a folder."""
MOST_TOKENS = 30_000
"""Names, texts and signs of all files together, some 180 KB of Terraform. To read them takes two seconds."""
MOST_DASHES = 20
"""Of `-1-1-1-1` in a row: python-hcl2 looks for a number at each of them, through all that follow."""
MOST_BLANKS = 500
"""Blanks and line ends in a row where texts stand on lines of their own: the same holds for their end."""
DASHES = re.compile(r"(?:-[0-9])++")
BLANKS = re.compile(r"\s++")
EXPRESSION = re.compile(r'[$%]\{|\\|^"<<')
"""In a text: what is put into it, an escape, or what stands on lines of its own."""
MOST_SHOWN = 60
"""Characters of an expression that is told."""
PLAN = "a plan in JSON says it all: `terraform show -json PLAN > plan.json`"

FOUND = "is not written in a data source"
"""Why an attribute of something that is there already, and only looked up, is not known."""


def look_at_files(
    files: Sequence[Path], access: Access, see: See, passed_over: tuple[str, ...] = ()
) -> Survey:
    """See what files describe, each by itself.

    Args:
        files: their paths.
        access: where they may lie.
        see: takes what is seen.
        passed_over: what was left out before.

    Raises:
        InvalidError: one of them cannot be read, or python-hcl2 is not installed.
    """
    told = [*passed_over]
    counted = total = tokens = 0
    for path in files:
        if is_json := path.name.lower().endswith(JSON):
            tree = _of_json(json_of(path, access, PLAN, MAX_BYTES))
            total += os.path.getsize(path)
        else:
            content = content_of(path, access, MAX_BYTES, PLAN)
            total += len(content)
        if total > MAX_TOTAL:
            message = f"the files hold more than {size_shown(MAX_TOTAL)} of Terraform"
            raise problem(path, "E114", message, PLAN)
        if not is_json:
            tree, count = _parsed(path, content, MOST_TOKENS - tokens)
            tokens += count
        for one in _resources(tree, shown(path)):
            see(one)
            counted += 1
        told += [f"module `{name}`: what it makes, only a plan says" for name in _modules(tree)]
    return Survey(tuple(map(shown, files)), counted, tuple(told))


def _parsed(path: Path, content: bytes, most: int) -> tuple[dict[str, Any], int]:
    """What a file holds, and of how many tokens it is.

    Raises:
        InvalidError: it cannot be read as Terraform, or is of more tokens than `most`.
    """
    try:
        import hcl2
        from hcl2.parser import parser
    except ImportError:
        raise lacking("files of Terraform need", "import", "give the plan as JSON") from None
    name = shown(path)
    try:
        text = content.decode("utf-8-sig")
    except UnicodeDecodeError:
        raise problem(path, "E114", f"`{name}` is not UTF-8", PLAN) from None
    if why := _too_much(text):
        raise problem(path, "E114", f"`{name}` {why}", PLAN)
    options = hcl2.SerializationOptions(explicit_blocks=False)  # quotes tell texts from expressions
    count = 0
    try:
        parsing = parser().parse_interactive(text)
        for count, _ in enumerate(parsing.iter_parse(), 1):
            if count > most:
                raise _TooManyError
        parsed = parsing.feed_eof()  # type: ignore[no-untyped-call]
        twice = _twice(parsed)
        tree: dict[str, Any] = hcl2.serialize(hcl2.transform(parsed), serialization_options=options)
    except _TooManyError:
        message = f"`{name}`, with the files before it, has more than {MOST_TOKENS:,} names, texts and signs"
        raise problem(path, "E114", message, PLAN) from None
    except RecursionError:
        message = f"`{name}` holds an expression of some hundred parts that hang on one another"
        raise problem(path, "E114", message, f"write it as several; {PLAN}") from None
    except Exception as error:  # whatever somebody else's parser makes of a stranger's text
        line = getattr(error, "line", -1)
        where = f" in line {line}" if isinstance(line, int) and line > 0 else ""
        message = f"`{name}` cannot be read as Terraform{where}"
        hint = f"see what `terraform validate` says; {PLAN}"
        raise problem(path, "E114", message, hint) from None
    if twice:
        message = f"`{name}` sets `{twice}` twice in one block, in line {twice.line}"
        raise problem(path, "E114", message, "take one of the two away, as Terraform wants it")
    return tree, count


class _TooManyError(Exception):
    """A file is of more tokens than may be read."""


def _too_much(text: str) -> str | None:
    """What of a text takes python-hcl2 a time that grows with the square of its length, if something does."""
    if deep := too_deep(text, MAX_NESTING):
        line = 1 + text.count("\n", 0, deep.start)
        return f"nests more than {MAX_NESTING} brackets deep in line {line}"
    if _longest(DASHES, text) > 2 * MOST_DASHES:
        return f"takes more than {MOST_DASHES} numbers in a row from one another"
    if "<<" in text and _longest(BLANKS, text) > MOST_BLANKS:
        return f"has `<<`, and more than {MOST_BLANKS} blanks and line ends in a row"
    return None


def _longest(pattern: re.Pattern[str], text: str) -> int:
    return max((len(found[0]) for found in pattern.finditer(text)), default=0)


def _twice(parsed: Any) -> Any:
    """An attribute that a block sets twice, which Terraform refuses, as the parser's token; `None` without one."""
    for body in parsed.find_data("body"):
        found: set[str] = set()
        for one in body.children:
            if getattr(one, "data", "") == "attribute":
                name = one.children[0].children[0]
                if name in found:
                    return name
                found.add(name)
    return None


def _resources(tree: dict[str, Any], file: str) -> Iterator[Described]:
    """The resources of a file, and the data sources, which are resources that are there already."""
    for block, prefix in (("resource", ""), ("data", "data.")):
        for of_type in _tables(tree.get(block)):
            for kind, by_name in of_type.items():
                named = [pair for table in _tables(by_name) for pair in table.items()]
                for name, attributes in ((n, one) for n, held in named for one in _tables(held)):
                    perhaps = _perhaps(attributes)
                    if perhaps is None:
                        continue
                    yield Described(
                        "terraform",
                        _unquoted(kind),
                        file,
                        f"{prefix}{_unquoted(kind)}.{_unquoted(name)}",
                        _known(attributes),
                        perhaps=perhaps,
                        unsaid=FOUND if prefix else "",
                    )


def _of_json(value: Any) -> Any:
    """What a file in JSON holds, as it is read of one that is not: texts in quotes, and blocks in lists."""
    match value:
        case str():
            return f'"{value}"'
        case list():
            return [_of_json(one) for one in value]
        case dict():
            return {name: _of_json(held) for name, held in value.items()}
        case _:
            return value


def _perhaps(attributes: dict[str, Any]) -> str | None:
    """By what a resource is there or not; empty if it is for certain, `None` if it is not."""
    count = attributes.get("count", 1)
    if count == 0:
        return None
    if "for_each" in attributes:
        return "there or not by its for_each"
    return "" if isinstance(count, int) else "there or not by its count"


def _modules(tree: dict[str, Any]) -> list[str]:
    return [_unquoted(name) for block in _tables(tree.get("module")) for name in block]


def _tables(value: object) -> list[dict[str, Any]]:
    listed = value if isinstance(value, list) else [value]
    return [one for one in listed if isinstance(one, dict)]


def _known(value: Any) -> Any:
    """A value with all that is an expression open: what stands literally within quotes is known."""
    match value:
        case str():
            is_literal = value.startswith('"') and not EXPRESSION.search(value)
            told = in_a_line(_unquoted(value.removeprefix("${").removesuffix("}")), MOST_SHOWN)
            return _unquoted(value) if is_literal else Open(f"not literal: {told}")
        case list():
            return [_known(one) for one in value]
        case dict():
            return {_unquoted(name): _known(one) for name, one in value.items()}
        case _:
            return value


def _unquoted(text: str) -> str:
    return text[1:-1] if text.startswith('"') else text
