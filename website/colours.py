"""Runs Zensical, with blocks of code in our language coloured: `python -m website.colours build ...`.

Its highlighter, Pygments, gets a lexer for each kind of file, whose words and patterns are those of the grammar.
"""

from __future__ import annotations

from pygments.lexer import RegexLexer, bygroups, words
from pygments.lexers import LEXERS
from pygments.token import Comment, Keyword, Name, Number, Operator, String, Text

from clausewise.dsl.parsing.grammar import patterns_of
from clausewise.dsl.parsing.keywords import keywords
from clausewise.dsl.text.names import RESERVED

KINDS = ("design", "vocabulary", "policy", "cases", "laws")
NAME = r"[^\W\d_][\w-]*"
ALONE = {"prefix": r"(?<![\w-])", "suffix": r"(?![\w-])"}

_LINES = (
    (rf"^{NAME}(?=(?: [\w-]+)? \{{| \")", Keyword.Declaration),
    (rf"^(  )({NAME})(?=  )", bygroups(Text, Name.Attribute)),
)
"""What the first word of a line is: it opens a block, or names a field."""


def lexer(kind: str) -> type[RegexLexer]:
    """The lexer of a kind of file."""
    named = {name: pattern for name, pattern, _ in patterns_of(kind)}
    rules = [
        (r"#.*", Comment.Single),
        (r'"(?:[^"\\\n]|\\.)*"?', String),
        *((named[name], Number) for name in ("DATE", "RANGE", "NUMBER") if name in named),
        *(_LINES if kind in ("design", "cases") else ()),
        (words(sorted(RESERVED), **ALONE), Keyword.Constant),
        (words(sorted(keywords(kind)), **ALONE), Keyword),
        (NAME, Name),
        (r"\.\.\.|<=|>=|[<>=+*]", Operator),
        (r"\n|[^\S\n]+|.", Text),
    ]
    about = {"name": f"Clausewise {kind}", "aliases": [kind], "tokens": {"root": rules}}
    return type(f"{kind.capitalize()}Lexer", (RegexLexer,), about)


globals().update({f"{kind.capitalize()}Lexer": lexer(kind) for kind in KINDS})
__all__ = [f"{kind.capitalize()}Lexer" for kind in KINDS]


def main() -> None:
    """What `python -m zensical` does, with our lexers known."""
    from zensical.main import cli

    for kind in KINDS:
        LEXERS[f"{kind.capitalize()}Lexer"] = (
            "website.colours",
            f"Clausewise {kind}",
            (kind,),
            (),
            (),
        )
    cli()


if __name__ == "__main__":
    main()
