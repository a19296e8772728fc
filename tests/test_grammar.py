"""The grammar: no conflicts, and what it reads."""

from __future__ import annotations

import re
from collections.abc import Callable
from pathlib import Path

import pytest
from hypothesis import event, given, settings, strategies as st
from lark import Lark

from clausewise.dsl import syntax
from clausewise.dsl.parsing.build_design import MistakeError
from clausewise.dsl.parsing.expected import EXAMPLES, expected_words
from clausewise.dsl.parsing.grammar import GRAMMAR
from clausewise.dsl.parsing.keywords import keywords
from clausewise.dsl.parsing.parser import (
    QUICK,
    FileKind,
    _is_token,
    _NestingError,
    _parser,
    _table_parser,
    _tree,
    parse,
)
from clausewise.dsl.syntax import Attestation, Day, Design, More, Name, Range, Text
from clausewise.dsl.text.source import Source
from clausewise.intake.texts import read
from tests.conftest import ROOT

KINDS: tuple[FileKind, ...] = ("design", "vocabulary", "policy", "cases", "laws")
SAMPLES = ROOT.parent / "shared" / "samples"
SUFFIXES: dict[str, FileKind] = {f".{kind}": kind for kind in KINDS}


def design(text: str) -> Design:
    tree, problems = parse(Source("test.design", text), "design")
    assert not problems, problems
    assert tree is not None
    return tree


@pytest.mark.parametrize("kind", KINDS)
def test_the_grammar_has_no_conflicts(kind: FileKind) -> None:
    Lark(GRAMMAR.read_text(encoding="utf-8"), start=kind, parser="lalr", strict=True)


@pytest.mark.parametrize("kind", KINDS)
def test_messages_show_each_word_as_it_is_written(kind: FileKind) -> None:
    """A token without words of its own is shown by its name: that of `draft` is DRAFT."""
    lark = Lark(GRAMMAR.read_text(encoding="utf-8"), start=kind, parser="lalr")
    patterns = [t for t in lark.terminals if not t.name.startswith("__")]
    wordless = [t for t in patterns if expected_words([t.name]) == f"`{t.name.lower()}`"]
    unlike = [t.name for t in wordless if t.name.lower() != t.pattern.value]
    assert unlike == [], f"say in dsl/parsing/expected.py (_WORDS) how messages show {unlike}"


def test_each_quantifier_of_the_grammar_is_known_to_all_who_go_through_them() -> None:
    """The linker, the mutants and the editor go by `QUANTIFIERS`, messages by words of their own."""
    lark = Lark(GRAMMAR.read_text(encoding="utf-8"), start="policy", parser="lalr")
    (token,) = (t for t in lark.terminals if t.name == "QUANTIFIER")
    assert token.pattern.value == rf"({'|'.join(syntax.QUANTIFIERS)})(?![\w-])"
    assert re.findall("`(.*?)`", expected_words(["QUANTIFIER"])) == [*syntax.QUANTIFIERS]


@pytest.mark.parametrize("path", sorted(SAMPLES.glob("*.*")) or [None])
def test_samples_parse(path: Path | None) -> None:
    if path is None:
        pytest.skip("the folder of samples is not beside this repository")
    tree, problems = parse(read(path), SUFFIXES[path.suffix])
    assert tree is not None
    assert not problems


@pytest.mark.parametrize(
    "path", sorted(ROOT.glob("examples/*")) + sorted(ROOT.glob("policies/*/*"))
)
def test_all_our_files_parse(path: Path) -> None:
    if path.suffix in SUFFIXES:
        tree, problems = parse(read(path), SUFFIXES[path.suffix])
        assert tree is not None
        assert not problems


@pytest.mark.parametrize("kind", KINDS)
def test_every_example_of_a_mistake_is_explained_by_itself(kind: FileKind) -> None:
    """An explanation whose examples all meet an earlier one would never be shown."""
    shown: set[str] = set()
    for _, texts in EXAMPLES[kind]:
        for text in texts:
            _, problems = parse(Source("x", text), kind)
            assert problems, text
            shown.update(problem.message for problem in problems)
    assert {message for (message, _), _ in EXAMPLES[kind]} <= shown


OF_EVERY_KIND = (
    'deployment "A \\"quoted\\" title" draft\n'
    "judged by one, two\n"
    "as of 2026-11-23\n"
    "actor a {\n"
    "  list b, c,  # a comment\n"
    "       ...\n"
    "  ages 13..17\n"
    '  proof yes evidence "a" evidence "b" attested by "R" on 2026-01-02 because "so"\n'
    "}\n"
    "safety { alarm no }\n"
)


def test_values_of_every_kind() -> None:
    tree = design(OF_EVERY_KIND)
    assert tree.title.text == 'A "quoted" title'
    assert tree.draft
    assert [name.text for name in tree.judged_by] == ["one", "two"]
    listed, ages, proof = tree.blocks[0].statements
    assert listed.items == (Name("b"), Name("c"), More())
    assert ages.items == (Range(13, 17),)
    assert proof.evidence == (Text("a"), Text("b"))
    assert tree.as_of is not None
    day = Day(tree.as_of.value.replace(month=1, day=2))
    assert proof.attestation == Attestation(Text("R"), day, Text("so"))
    assert tree.blocks[1].name is None


MORE_KINDS = (
    'deployment "x"\njudged by a-code 1.0,\n  b\nuse u { after 30 days from "a#b" attested by "R"\n'
    ' but no, 1.5 attested by "S" on 2026-01-02\n ages ..5, 3.. # ...\n on 2026-01-02 evidence "e" }\n'
)


EACH = {
    "design": [OF_EVERY_KIND, MORE_KINDS],
    "vocabulary": [read(path).text for path in ROOT.glob("policies/*/*s.vocabulary")],
}


def come_to(read_: Callable[[str], object], text: str, kind: FileKind) -> str:
    """The tree of a text with all places in it, or what is wrong with it, and where."""
    try:
        return repr(read_(text))
    except _parser(kind)[1] as error:
        if not _is_token(error):
            return f"a character at {error.pos_in_stream}"
        token, position = error.token, error.state.position
        return f"{token.type} at {token.start_pos} {position} {sorted(error.accepts)}"
    except MistakeError as mistake:
        return f"{mistake.message} {mistake.span}"
    except _NestingError as error:
        return str(error.span)


@settings(max_examples=settings().max_examples * 3)
@given(st.data())
def test_by_the_tables_a_text_is_read_as_lark_reads_it(data: st.DataObject) -> None:
    """And where it has a mistake, Lark is told enough of it to say the same as of the whole."""
    kind: FileKind = data.draw(st.sampled_from(QUICK))
    words = re.findall(r"[ \t]+|\n|\w[\w-]*|\W", data.draw(st.sampled_from(EACH[kind])))
    place = st.integers(0, len(words) - 1)
    for _ in range(data.draw(st.integers(0, 3))):
        words[data.draw(place)] = data.draw(st.sampled_from(["", "\n", " {", *words]))
    text = "".join(words)
    lark, _ = _parser(kind)
    found = come_to(lambda text: _tree(text, kind), text, kind)
    event(f"{kind} {'read' if found[0].isupper() else 'wrong'}")
    assert found == come_to(lark.parse, text, kind)


@pytest.mark.parametrize("path", sorted(ROOT.glob("examples/*.design")))
def test_our_designs_are_read_by_the_tables(path: Path) -> None:
    text, tables = read(path).text, _table_parser("design")
    assert tables
    assert repr(tables.parse(text)) == repr(_parser("design")[0].parse(text))


@pytest.mark.parametrize("newline", ["\n", "\r\n", "\r"])
def test_line_ends_and_byte_order_mark(newline: str, tmp_path: Path) -> None:
    path = tmp_path / "x.design"
    text = newline.join(['deployment "x"', "actor a {", "  kind b", "}"])
    path.write_bytes(b"\xef\xbb\xbf" + text.encode())
    tree, problems = parse(read(path), "design")
    assert not problems
    assert tree == design('deployment "x"\nactor a {\nkind b\n}\n')


def test_units_and_words_that_go_together_are_keywords() -> None:
    assert {"day", "days", "judged", "by", "evidence"} <= keywords("design")
    assert {"every", "some", "no", "means"} <= keywords("policy")
