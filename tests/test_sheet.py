"""Text for people: wrapping, colour, and what a terminal must not act on."""

from __future__ import annotations

import io

from hypothesis import given, strategies as st

from clausewise.formats.screen.sheet import Piece, Sheet, cells
from clausewise.formats.screen.tree import Branch, print_branches


def printed(*pieces: Piece, width: int = 20, colour: bool = False, **places: int) -> str:
    stream = io.StringIO()
    Sheet(stream, width, colour=colour).line(*pieces, **places)
    return stream.getvalue()


def test_words_are_wrapped_and_hang() -> None:
    text = printed("1. ", ("who runs the door at night?", "bold"), indent=2, hang=5)
    assert text == "  1. who runs the\n     door at night?\n"


def test_a_word_longer_than_a_line_is_broken() -> None:
    assert printed("a " + "b" * 25, indent=2) == "  a\n  " + "b" * 18 + "\n  " + "b" * 7 + "\n"


def test_wide_characters_take_two_columns() -> None:
    assert cells("顔a\u0301") == 3
    assert printed("顔" * 9 + " 顔顔") == "顔" * 9 + "\n顔顔\n"


def test_styles_only_with_colour() -> None:
    assert printed(("no", "bold red"), colour=True) == "\x1b[1;31mno\x1b[0m\n"
    assert printed(("no", "bold red")) == "no\n"


@given(
    st.lists(st.text(max_size=60), max_size=5),
    st.integers(0, 10),
    st.integers(0, 10),
    st.integers(20, 40),
)
def test_any_text_fits_is_harmless_and_is_all_there(
    texts: list[str], indent: int, hang: int, width: int
) -> None:
    text = printed(*texts, width=width, indent=indent, hang=hang)
    lines = text.removesuffix("\n").split("\n")
    assert all(cells(line) <= width and line == line.rstrip() for line in lines)
    assert not {c for c in text if c < " " and c != "\n"}
    assert text.count("x") == sum(t.count("x") for t in texts)


# trees


def tree(width: int, encoding: str = "utf-8") -> str:
    stream = io.TextIOWrapper(io.BytesIO(), encoding=encoding, errors="backslashreplace")
    root = Branch([("a root", "bold"), "\nof two lines"])
    first = root.add("a first branch, ", ("which is long", "dim"))
    first.add("a leaf")
    first.add("another leaf")
    root.add("a last branch").add("its\nleaf")
    print_branches(root, Sheet(stream, width))
    stream.flush()
    return stream.buffer.getvalue().decode(encoding)


def test_guides_lead_to_each_line_of_a_tree() -> None:
    assert tree(24) == (
        "a root\n"
        "of two lines\n"
        "├── a first branch,\n"
        "│   which is long\n"
        "│   ├── a leaf\n"
        "│   └── another leaf\n"
        "└── a last branch\n"
        "    └── its\n"
        "        leaf\n"
    )


def test_a_terminal_that_has_no_lines_gets_a_tree_of_letters() -> None:
    assert "|   `-- another leaf\n`-- a last branch\n" in tree(80, "ascii")


def test_a_tree_that_is_deeper_than_the_terminal_is_wide_is_printed_all_the_same() -> None:
    root = node = Branch(["x"])
    for _ in range(10):
        node = node.add("ab")
    text = io.StringIO()
    print_branches(root, Sheet(text, 20))
    assert text.getvalue().count("a") == text.getvalue().count("b") == 10
