"""Text for people: wrapping, colour, and what a terminal must not act on."""

from __future__ import annotations

import io

from hypothesis import given
from hypothesis import strategies as st

from clausewise.formats.screen.sheet import Piece, Sheet, cells


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
