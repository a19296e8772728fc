"""Parsers made from the grammar. The only module that imports Lark.

People wait for designs to be read. One without mistakes needs nothing of Lark but the tables that it makes of the
grammar (`tables.py`), which are kept in the cache. For mistakes Lark can generate a parser as a module of its own,
which contains the parts of Lark that it needs, and loads in half the time that Lark itself takes. That of designs
is kept, too.
"""

from __future__ import annotations
import __future__

import builtins
import marshal
import sys
from collections.abc import Iterable, Iterator, Mapping
from io import StringIO
from pathlib import Path
from types import ModuleType

from clausewise.dsl.files.reading import read_bytes
from clausewise.dsl.parsing.tables import END, ParseTables, Place, Production
from clausewise.dsl.startup import store
from clausewise.dsl.startup.installed import file_of
from clausewise.dsl.startup.lean import lean_dataclass
from clausewise.dsl.startup.typed import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from typing import Protocol

    from lark import Lark, UnexpectedInput

    class Lines(Protocol):
        def handed_on(self, last: str, kind: str) -> tuple[str, ...]: ...


GRAMMAR = Path(__file__).with_suffix(".lark")


class _Later:
    """A module, imported when one of its functions is called."""

    def __init__(self, name: str) -> None:
        self.name = name

    def __getattr__(self, function: str) -> Any:
        def called(*args: Any, **options: Any) -> Any:
            from importlib import import_module

            return getattr(import_module(self.name), function)(*args, **options)

        return called


class _Copying(_Later):
    """Stands for `copy`."""

    def copy(self, value: Any) -> Any:
        """A copy of a plain object, as settings are; of anything else by `copy` itself."""
        if hasattr(value, "__copy__") or not hasattr(value, "__dict__"):
            return self.__getattr__("copy")(value)
        made = object.__new__(type(value))
        vars(made).update(vars(value))
        return made


class _Silent:
    """Stands for `logging`: Lark's own log, which it turns off itself."""

    def __getattr__(self, name: str) -> _Silent:
        return self

    def __call__(self, *_: object) -> _Silent:
        return self


class _Lean:
    """Stands for `dataclasses`, without its imports."""

    @staticmethod
    def dataclass(*args: Any, **options: Any) -> Any:
        if not args and options == {"frozen": True}:
            return lean_dataclass(frozen=True)
        return _Later("dataclasses").dataclass(*args, **options)


STAND_INS: Mapping[str, Any] = {
    "copy": _Copying("copy"),
    "logging": _Silent(),
    "dataclasses": _Lean(),
    **{name: _Later(name) for name in ("base64", "inspect", "pickle", "zlib")},
}
"""What the generated module is given in place of what would take longer to import than the module itself."""


def _import(name: str, *args: Any) -> Any:
    if name == "regex":  # Lark would only use it if it were asked to
        raise ImportError(name)
    return STAND_INS.get(name) or builtins.__import__(name, *args)


def load_parser(
    start: str, postlex: object, transformer: object
) -> tuple[Lark, type[UnexpectedInput]]:
    """A parser, and the class of the errors that it raises.

    Args:
        start: the rule that a whole text must match.
        postlex: changes the stream of tokens on its way from the lexer to the parser.
        transformer: has a method for each rule, which is called with the rule's parts.
    """
    if start != "design" or store.folder() is None:
        from lark import UnexpectedInput

        return _lark(start, postlex, transformer=transformer), UnexpectedInput
    name = f"{__name__}_{start}"
    sys.modules[name] = module = ModuleType(name)
    module.__builtins__ = vars(builtins) | {"__import__": _import}  # type: ignore[attr-defined]
    exec(marshal.loads(_code(start, postlex)), vars(module))
    return module.Lark_StandAlone(postlex=postlex, transformer=transformer), module.UnexpectedInput


def _lark(start: str, postlex: object, **options: Any) -> Lark:
    from lark import Lark

    text = read_bytes(GRAMMAR).decode()
    return Lark(text, start=start, parser="lalr", lexer="contextual", postlex=postlex, **options)


def patterns_of(start: str) -> list[tuple[str, str, bool]]:
    """The words of which texts of a rule are made: each by its name, its pattern, and whether that is plain."""
    lark = _lark(start, None)
    reached = _reached(lark, start)
    terminals = (t for t in lark.terminals if t.name in reached)
    return [(t.name, t.pattern.value, t.pattern.type == "str") for t in terminals]


def _reached(lark: Lark, start: str) -> set[str]:
    """The names of the rules and terminals of which texts of a rule are made.

    Lark keeps more: rules that use each other, whether or not a text can come to them.
    """
    reached, todo = {start}, [start]
    while todo:
        rule = todo.pop()
        inside = {s.name for r in lark.rules if r.origin.name == rule for s in r.expansion}
        todo += inside - reached
        reached |= inside
    return reached


def load_tables(start: str, postlex: Lines) -> ParseTables | None:
    """The tables of a parser; `None` where there is no cache, since Lark must be loaded to make them."""
    if store.folder() is None:
        return None
    key = _key("tables", start)
    kept = store.load(key)
    if isinstance(kept, ParseTables):
        return kept
    made = _tables(_lark(start, postlex), start, postlex)
    store.keep(key, made)
    return made


def _tables(lark: Any, start: str, lines: Lines) -> ParseTables:
    table = lark.parser.parser._parse_table
    states = [table.states[number] for number in range(len(table.states))]
    rules = {found: None for on in states for _, found in on.values() if not isinstance(found, int)}
    numbers = {rule: number for number, rule in enumerate(rules)}
    actions = tuple(
        {
            _plain(name): found if isinstance(found, int) else ~numbers[found]
            for name, (_, found) in on.items()
        }
        for on in states
    )
    begin, end = table.start_states[start], table.end_states[start]
    silent = _silent(rules)
    words = _Words(lark.parser.lexer.lexer, lines)  # below what hands the words on to `postlex`
    places: list[Place | None] = [None] * len(states)
    for last, state in {*_led_to(actions, rules), (END, begin)}:
        places[state] = words.place(state, last)
    actions[end][END] = end
    made = tuple(_production(rule, silent) for rule in rules)
    return ParseTables(actions, made, tuple(places), tuple(words.patterns), silent, begin)


def _plain(name: str) -> str:
    """A name as a text, and each one once. Many are tokens of Lark, and to load one would import it."""
    return sys.intern(END if name == "$END" else str(name))


def _led_to(
    actions: Iterable[Mapping[str, int]], rules: Iterable[Any]
) -> Iterator[tuple[str, int]]:
    """The states to which a word leads, each with the kind of that word: only one leads to it."""
    wholes = {rule.origin.name for rule in rules}
    for on in actions:
        yield from ((kind, to) for kind, to in on.items() if to >= 0 and kind not in wholes)


def _silent(rules: Iterable[Any]) -> frozenset[str]:
    """The kinds of word that no rule hands to its method."""
    symbols = [(_plain(s.name), _tells(rule, s)) for rule in rules for s in rule.expansion]
    return frozenset([END, *(kind for kind, _ in symbols)]) - {k for k, tells in symbols if tells}


def _tells(rule: Any, symbol: Any) -> bool:
    """Whether the method of a rule is handed a part."""
    return rule.options.keep_all_tokens or not (symbol.is_term and symbol.filter_out)


def _production(rule: Any, silent: frozenset[str]) -> Production:
    told = [symbol for symbol in rule.expansion if symbol.name not in silent]
    name, size = _plain(rule.origin.name), len(rule.expansion)
    return Production(name, size, len(told), tuple(_kept(rule, silent)))


def _kept(rule: Any, silent: frozenset[str]) -> Iterator[int | None]:
    """What of a rule its method is given: no words that say nothing, and the parts of what has no method."""
    symbols = iter(rule.expansion)
    place = 0
    for is_missing in rule.options.empty_indices or [False] * len(rule.expansion):
        if is_missing:
            yield None
            continue
        symbol = next(symbols)
        if _tells(rule, symbol):
            yield ~place if not symbol.is_term and symbol.name.startswith("_") else place
        place += symbol.name not in silent


class _Words:
    """How words are read in the states of a parser, as Lark's lexers read them.

    Each state has a lexer of its own, for what may stand there. To compile the patterns of all would take longer
    than to read a design. So one pattern is made of them all, in the order of each. Where it finds what may stand
    there, the state's own pattern finds the same, since what it lacks comes before that or does not fit.
    """

    def __init__(self, lexer: Any, lines: Lines) -> None:
        self.lexers, self.lines = lexer.lexers, lines
        used = {t.name for own in self.lexers.values() for t in own.scanner.terminals}
        self.ignored = lexer.root_lexer.ignore_types
        self.patterns = {self._pattern(t for t in lexer.root_lexer.terminals if t.name in used): 0}
        self.places: dict[str, Place] = {}

    def place(self, state: int, last: str) -> Place:
        """How words are read in a state to which a word of some kind leads; what is alike is made once."""
        own = self.lexers[state]
        pattern = self._pattern(own.scanner.terminals)
        kinds = {
            _plain(t.name): _keywords(own, t.name)
            for t in own.scanner.terminals
            if t.name not in self.ignored
        }
        kinds[END] = {}
        handed = {kind: self.lines.handed_on(last, kind) for kind in kinds}
        lines = {kind: on[0] if on else None for kind, on in handed.items() if on != (kind,)}
        made = Place(kinds, self.patterns.setdefault(pattern, len(self.patterns)), lines)
        return self.places.setdefault(repr(made), made)

    def _pattern(self, terminals: Iterable[Any]) -> str:
        passed, read = [], []
        for terminal in terminals:
            pattern = terminal.pattern.to_regexp()
            if terminal.name in self.ignored:
                passed.append(pattern)
            else:
                read.append(f"(?P<{terminal.name}>{pattern})")
        return rf"(?:{'|'.join(passed)})*+(?:{'|'.join(read)}|(?P<{END}>\Z))"


def _keywords(lexer: Any, kind: str) -> dict[str, str]:
    """Which words of a kind are keywords, and what they are."""
    found = lexer.callback.get(kind)
    return {t.pattern.value: _plain(t.name) for t in found.scanner.terminals} if found else {}


def _key(what: str, start: str) -> str:
    return store.key_of(what, start, str(Path(file_of("lark")).stat().st_mtime_ns))


def _code(start: str, postlex: object) -> bytes:
    """The byte code of a parser's module: the kept one, or a new one."""
    key = _key("parser", start)
    kept = store.load(key)
    if isinstance(kept, bytes):
        return kept
    flags = __future__.annotations.compiler_flag  # most of the module's time went to annotations
    code = marshal.dumps(
        compile(_generated(start, postlex), f"<{start} parser>", "exec", flags=flags)
    )
    store.keep(key, code)
    return code


def _generated(start: str, postlex: object) -> str:
    from lark.tools.standalone import gen_standalone

    lark = _lark(start, postlex)
    reached = _reached(lark, start)
    rules = [rule for rule in lark.rules if rule.origin.name in reached]
    lark.rules = lark.parser.parser_conf.rules = rules
    lark.options.postlex = None  # it is written out with the options, and given anew when loaded
    text = StringIO()
    gen_standalone(lark, out=text)  # type: ignore[no-untyped-call]
    return text.getvalue()
