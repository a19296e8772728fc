"""No regular expression backtracks: a text that a pattern nearly matches takes no longer than its length asks for.

Every pattern of the code is found in its syntax tree, and every terminal of the grammar; each is driven with texts
derived from the pattern itself: what leads to a repetition, its body thousands of times, and an end that does
not fit.
"""

from __future__ import annotations

import ast
import os
import re
import re._constants as op  # type: ignore[import-not-found]
import re._parser as reader  # type: ignore[import-not-found]
import signal
from collections.abc import Callable, Iterator, Mapping
from functools import cache
from importlib import import_module
from pathlib import Path
from typing import Any

import pytest
from lark import Lark

from clausewise.dsl.parsing.grammar import GRAMMAR
from tests.conftest import ROOT

TIMES = 60_000
"""So often is a body repeated: what grows with the square takes seconds, the rest milliseconds."""
SECONDS = 0.5
ENDS = ("", "\0", "!", "\n", '"', "a", "\\")
METHODS = ("match", "fullmatch", "search", "sub", "subn", "split", "finditer", "findall")
ANCHORED = {"match", "fullmatch"}
"""The others try again from each place of the text."""
ROOMS = {
    "app": "clausewise",
    "desk": "clausewise.desk",
    "dsl": "clausewise.dsl",
    "engine": "clausewise.engine",
}

GIVEN = {
    ("read.py", "pattern"),
    ("rules.py", "pattern"),
    ("toml.py", "written"),
    ("design.py", "asked"),
    ("importing.py", "alone"),
    ("tables.py", "self.tables.patterns[index]"),
    ("called.py", r"f'(?<![\\w.-])(?:{names})(?![\\w-]|\\.\\w)'"),
    (
        "called.py",
        r"f'^([ \\t]*){re.escape(type_)}[ \\t]+{re.escape(name)}[ \\t]*\\{{'",
    ),
}
"""Patterns that are made where they are used: they read the configuration of whoever runs Clausewise, are in the
table of keys of a file of rules (`CALL`), are made by Lark of the grammar's (`terminals`), or repeat only blanks
beside words of a vocabulary or a design."""
OWN = {"mistakes.py"}
"""Modules whose patterns read what Typer says of the caller's own words."""

pytestmark = pytest.mark.skipif(not hasattr(signal, "SIGVTALRM"), reason="needs its own clock")


# what is found


def modules() -> Iterator[tuple[Path, ast.Module]]:
    """The modules that may call one of the methods."""
    for room in ROOMS:
        for path in sorted((ROOT / room).rglob("*.py")):
            text = path.read_text(encoding="utf-8")
            if any(f".{method}" in text for method in (*METHODS, "compile")):
                yield path, ast.parse(text)


def name_of(path: Path) -> str:
    room, *rest = path.relative_to(ROOT).with_suffix("").parts
    return ".".join([ROOMS[room], *(part for part in rest if part != "__init__")])


def calls(tree: ast.Module) -> Iterator[tuple[ast.Call, str]]:
    """The calls of functions of `re` that take a pattern."""
    for node in ast.walk(tree):
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute):
            owner, method = node.func.value, node.func.attr
            is_re = isinstance(owner, ast.Name) and owner.id == "re"
            if is_re and method in (*METHODS, "compile"):
                yield node, method


@cache
def methods_by_name() -> Mapping[str, frozenset[str]]:
    """The methods that are called anywhere on what is bound to each name."""
    found: dict[str, frozenset[str]] = {}
    for _, tree in modules():
        for node in ast.walk(tree):
            if isinstance(node, ast.Attribute) and node.attr in METHODS:
                value = node.value
                value = value.func if isinstance(value, ast.Call) else value
                last = value.attr if isinstance(value, ast.Attribute) else getattr(value, "id", "")
                found[last] = found.get(last, frozenset()) | {node.attr}
    return found


def bound_to(tree: ast.Module, call: ast.Call) -> str:
    """The name of the constant that a pattern is bound to, or of the function that gives it."""
    for node in ast.walk(tree):
        if (
            isinstance(node, ast.Assign)
            and node.value is call
            and isinstance(node.targets[0], ast.Name)
        ):
            return node.targets[0].id
        if isinstance(node, ast.FunctionDef) and any(one is call for one in ast.walk(node)):
            return node.name
    return ""


@cache
def patterns() -> tuple[tuple[str, str, int, bool], ...]:
    """Each pattern of the code: its place, its text, its flags, and whether it is tried from each place."""
    return tuple(_patterns())


def _patterns() -> Iterator[tuple[str, str, int, bool]]:
    for path, tree in modules():
        for call, method in calls(tree) if path.name not in OWN else ():
            place = f"{path.relative_to(ROOT)}:{call.lineno}"
            given = evaluated(call.args[0], path)
            flags = 0
            for more in [*call.args[1:], *(k.value for k in call.keywords if k.arg == "flags")]:
                if method == "compile" or "re." in ast.unparse(more):
                    flags |= int(evaluated(more, path) or 0)
            used = frozenset({method})
            if method == "compile":
                used = methods_by_name().get(bound_to(tree, call), frozenset())
            if isinstance(given, re.Pattern):
                given, flags = given.pattern, flags | given.flags
            if isinstance(given, bytes):
                given = given.decode("latin-1")
            if given is None and (path.name, ast.unparse(call.args[0])) in GIVEN:
                continue
            assert isinstance(given, str), (
                f"{place}: `{ast.unparse(call.args[0])}` is not known here"
            )
            yield place, given, flags & ~re.UNICODE, not used <= ANCHORED or not used


@cache
def set_up_django() -> None:
    """What the modules of the desk ask for; where the desk's own tests run, too, they have said it."""
    os.environ.setdefault("DESK_FOLDER", os.devnull)
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "tests.desk.settings")
    import_module("django").setup()


def evaluated(node: ast.expr, path: Path) -> Any:
    """What an expression is in its module, outside of its functions; `None` where it is nothing there."""
    if path.is_relative_to(ROOT / "desk"):
        set_up_django()
    scope = vars(import_module(name_of(path)))
    try:
        return eval(compile(ast.Expression(node), str(path), "eval"), {**scope, "re": re})
    except NameError:
        return None


def terminals() -> Iterator[tuple[str, str, int, bool]]:
    grammar = Path(GRAMMAR).read_text(encoding="utf-8")
    found = Lark(
        grammar, start=["design", "vocabulary", "policy", "cases"], parser="lalr"
    ).terminals
    yield from ((terminal.name, terminal.pattern.to_regexp(), 0, False) for terminal in found)


# what they are driven with


def example(parsed: Any) -> str:
    """A text that a part of a pattern matches."""
    return "".join(one(*item) for item in parsed)


def one(kind: Any, value: Any) -> str:
    if kind is op.LITERAL:
        return chr(value)
    if kind is op.NOT_LITERAL:
        return "b" if value == ord("a") else "a"
    if kind is op.ANY:
        return "a"
    if kind is op.IN:
        return member(value)
    if kind is op.BRANCH:
        return example(value[1][0])
    if kind is op.SUBPATTERN:
        return example(value[-1])
    if kind is op.ATOMIC_GROUP:
        return example(value)
    if kind in (op.MAX_REPEAT, op.MIN_REPEAT, op.POSSESSIVE_REPEAT):
        return max(value[0], 1) * example(value[2]) if value[0] or value[1] else ""
    return ""


def member(items: Any) -> str:
    """A character of a class."""
    tried = [
        *map(chr, range(97, 123)),
        *"0123456789 -_.,:;/\\\"'#<>[](){}|*`~^$&%@!?=+\t\n\r\x1b\x85\u2028",
    ]
    code = reader.SubPattern(reader.State(), [(op.IN, list(items))])
    allowed = re.compile(_class_of(code))
    return next((c for c in tried if allowed.fullmatch(c)), chr(_first(items)))


def _first(items: Any) -> int:
    for kind, value in items:
        if kind is op.LITERAL:
            return int(value)
        if kind is op.RANGE:
            return int(value[0])
    return 0


def _class_of(code: Any) -> str:
    kinds = {
        op.CATEGORY_DIGIT: r"\d",
        op.CATEGORY_NOT_DIGIT: r"\D",
        op.CATEGORY_SPACE: r"\s",
        op.CATEGORY_NOT_SPACE: r"\S",
        op.CATEGORY_WORD: r"\w",
        op.CATEGORY_NOT_WORD: r"\W",
    }
    found = ""
    for kind, value in code.data[0][1]:
        if kind is op.NEGATE:
            found = "^" + found
        elif kind is op.LITERAL:
            found += re.escape(chr(value))
        elif kind is op.RANGE:
            found += f"{re.escape(chr(value[0]))}-{re.escape(chr(value[1]))}"
        elif kind is op.CATEGORY:
            found += kinds[value]
    return f"[{found}]"


def bodies(parsed: Any, before: str = "") -> Iterator[tuple[str, str]]:
    """The repetitions of a pattern without a bound: what leads there, and a text for each way through."""
    for kind, value in parsed:
        if kind in (op.MAX_REPEAT, op.MIN_REPEAT, op.POSSESSIVE_REPEAT):
            _, most, body = value
            yield from bodies(body, before)
            if most >= TIMES:
                for way in ways(body):
                    yield before, way
        elif kind is op.BRANCH:
            for branch in value[1]:
                yield from bodies(branch, before)
        elif kind is op.SUBPATTERN:
            yield from bodies(value[-1], before)
        elif kind is op.ATOMIC_GROUP:
            yield from bodies(value, before)
        before += one(kind, value)


def ways(body: Any) -> list[str]:
    """A text for each branch of a body."""
    items = list(body)
    while len(items) == 1 and items[0][0] is op.SUBPATTERN:
        items = list(items[0][1][-1])
    if len(items) == 1 and items[0][0] is op.BRANCH:
        return [text for branch in items[0][1][1] if (text := example(branch))]
    return [text] if (text := example(items)) else []


def texts(pattern: str, flags: int) -> Iterator[str]:
    for before, body in dict.fromkeys(bodies(reader.parse(pattern, flags))):
        for end in ENDS:
            for first in (before, ""):
                yield first + TIMES * body + end
            if before:
                yield TIMES * before + end
                yield TIMES * (before + body) + end


class TooLongError(Exception):
    pass


def too_long(*_: object) -> None:
    raise TooLongError


def slow(pattern: str, flags: int, *, everywhere: bool) -> str | None:
    """The beginning of a text for which a pattern takes too long; `None` if it does for none."""
    compiled = re.compile(pattern, flags)
    tries: list[Callable[[str], object]] = [compiled.match, compiled.fullmatch]
    if everywhere:
        tries.append(lambda text: [None for _ in compiled.finditer(text)])
    before = signal.signal(signal.SIGVTALRM, too_long)
    try:
        for text in texts(pattern, flags):
            for attempt in tries:
                signal.setitimer(signal.ITIMER_VIRTUAL, SECONDS)
                attempt(text)
                signal.setitimer(signal.ITIMER_VIRTUAL, 0)
    except TooLongError:
        return text[:40]
    finally:
        signal.setitimer(signal.ITIMER_VIRTUAL, 0)
        signal.signal(signal.SIGVTALRM, before)
    return None


BAD = [
    (r"(a+)+$", False),
    (r"(a|a)*b", False),
    (r'"(\\.|[^"])*"', True),
    (r"\s+$", True),
    (r"[ \t]+\n", True),
    (r"\s*\s*x", False),
    (r"x\d*\d*!", False),
    (r"^(\w+\s?)*$", False),
    (r"(?:\s|#[^\n]*\n|\s)*policy", False),
    (r"<!--.*-->", True),
]


@pytest.mark.parametrize(("pattern", "everywhere"), BAD)
def test_a_pattern_that_backtracks_is_found(pattern: str, everywhere: bool) -> None:
    assert slow(pattern, 0, everywhere=everywhere) is not None


GOOD = [(r"a*+b", False), (r"(?:a++)++b", False), (r'"(?>[^"\\]|\\.)*+"', False), (r"[ab]", True)]


@pytest.mark.parametrize(("pattern", "everywhere"), GOOD)
def test_a_pattern_that_does_not_is_not(pattern: str, everywhere: bool) -> None:
    assert slow(pattern, 0, everywhere=everywhere) is None


def test_all_patterns_of_the_code_are_found() -> None:
    found = patterns()
    assert len(found) > 40
    assert len(list(terminals())) > 70
    assert any(everywhere for *_, everywhere in found)


@pytest.mark.parametrize(("place", "pattern", "flags", "everywhere"), [*patterns(), *terminals()])
def test_no_pattern_backtracks(place: str, pattern: str, flags: int, everywhere: bool) -> None:
    assert slow(pattern, flags, everywhere=everywhere) is None, place
