"""Parsers generated from the grammar. The only module that imports Lark.

Lark can generate a parser as a module of its own, which contains the parts of Lark that it needs. That module
loads in half the time that Lark itself takes. People wait for designs to be read, so their parser is generated
once and kept in the cache.
"""

from __future__ import annotations

import marshal
import sys
from importlib.util import find_spec
from io import StringIO
from pathlib import Path
from types import ModuleType
from typing import TYPE_CHECKING, Any

from clausewise.dsl.files.reading import read_bytes
from clausewise.dsl.startup import store

if TYPE_CHECKING:
    from lark import Lark, UnexpectedInput

GRAMMAR = Path(__file__).with_suffix(".lark")


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
    exec(marshal.loads(_code(start, postlex)), vars(module))
    return module.Lark_StandAlone(postlex=postlex, transformer=transformer), module.UnexpectedInput


def _lark(start: str, postlex: object, **options: Any) -> Lark:
    from lark import Lark

    text = read_bytes(GRAMMAR).decode()
    return Lark(text, start=start, parser="lalr", lexer="contextual", postlex=postlex, **options)


def _code(start: str, postlex: object) -> bytes:
    """The byte code of a parser's module: the kept one, or a new one."""
    spec = find_spec("lark")
    assert spec
    assert spec.origin
    key = store.key_of("parser", start, str(Path(spec.origin).stat().st_mtime_ns))
    kept = store.load(key)
    if isinstance(kept, bytes):
        return kept
    code = marshal.dumps(compile(_generated(start, postlex), f"<{start} parser>", "exec"))
    store.keep(key, code)
    return code


def _generated(start: str, postlex: object) -> str:
    from lark.tools.standalone import gen_standalone

    lark = _lark(start, postlex)
    lark.options.postlex = None  # it is written out with the options, and given anew when loaded
    text = StringIO()
    gen_standalone(lark, out=text)  # type: ignore[no-untyped-call]
    return text.getvalue()
