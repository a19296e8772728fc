"""Hostile files through every command: what `tests/fuzz/fuzz_commands.py` does for hours, for a moment."""

from __future__ import annotations

import signal

import pytest
from hypothesis import HealthCheck, given, settings, strategies as st

from tests.fuzz.commands import KINDS, NASTY, drive, seeds, words_of

SEEDS = seeds()

pytestmark = pytest.mark.skipif(not hasattr(signal, "SIGVTALRM"), reason="needs its own clock")


@st.composite
def hostile(draw: st.DrawFn) -> tuple[str, bytes]:
    """A kind of file, and one that was changed in some places: token by token, or byte by byte."""
    kind = draw(st.sampled_from(sorted(KINDS)))
    seed = draw(st.sampled_from(SEEDS[kind]))
    by_tokens = draw(st.booleans())
    parts = words_of(seed) if by_tokens else [bytes([one]) for one in seed]
    own = st.sampled_from(sorted(set(parts)))
    new = own | st.sampled_from(NASTY) if by_tokens else st.binary(max_size=3) | own
    for _ in range(draw(st.integers(1, 4))):
        at = draw(st.integers(0, len(parts)))
        parts[at : at + draw(st.integers(0, 5))] = draw(st.lists(new, max_size=5))
    return kind, b"".join(parts)


@settings(deadline=None, max_examples=15, suppress_health_check=list(HealthCheck))
@given(hostile())
def test_no_file_brings_out_a_bug(
    tmp_path_factory: pytest.TempPathFactory, given_: tuple[str, bytes]
) -> None:
    kind, content = given_
    drive(kind, content, tmp_path_factory.mktemp("fuzz"))
