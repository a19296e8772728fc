"""The source text against the policy: splitting, fingerprints, ledgers, staleness, the Face pack's source."""

from __future__ import annotations

import io
import re
import shutil
import tomllib
from collections.abc import Callable
from dataclasses import replace
from html.parser import HTMLParser
from pathlib import Path

import pytest
from hypothesis import assume, given, strategies as st

from clausewise.dsl.text.diagnostic import CODES, InvalidError
from clausewise.dsl.text.source import Source
from clausewise.engine.core.policy import Policy
from clausewise.formats.screen.sheet import Sheet
from clausewise.formats.trace.page import render
from clausewise.formats.trace.text import print_trace, render_ledger
from clausewise.intake.load import load_policy
from clausewise.runs.trace import run_trace
from clausewise.tracing.ledger import Entry, read_ledger
from clausewise.tracing.sentences import Sentence, find, fingerprint, normalise, sentences_of
from clausewise.tracing.trace import (
    MOST_SENTENCES,
    Claim,
    Trace,
    Trouble,
    compare,
    trace_policy,
)
from tests.conftest import ROOT
from tests.sources import FACE as SOURCE, FACE_POLICIES

needs_source = pytest.mark.skipif(
    not SOURCE.is_file(), reason="NOT TRACED: the source text is not beside this repository"
)

TEXT = """\
The code of good doors

Doors open for people. This code is for all who run them.

Doors must not:

  • be run by or for police in the United States;
  • look at “children without consent”;
  • keep longer than needed.

Doors must:

  • have an alarm;
  • do no harm;
  • be consistent with this code.
"""
CLAIMS: dict[str, dict[str, object]] = {
    "the code of good doors, heading": {"not_a_rule": "the title"},
    "the code of good doors, paragraph 1, sentence 1": {"not_a_rule": "no rule"},
    "the code of good doors, paragraph 1, sentence 2": {"not_a_rule": "no rule"},
    "doors must not, lead-in": {"clauses": ("us-police", "minors", "keeping")},
    "doors must not, bullet 1": {"clauses": ("us-police",)},
    "doors must not, bullet 2": {"clauses": ("minors",)},
    "doors must not, bullet 3": {"clauses": ("keeping",)},
    "doors must, lead-in": {"clauses": ("alarm", "harmless", "consistent")},
    "doors must, bullet 1": {"clauses": ("alarm",)},
    "doors must, bullet 2": {"clauses": ("harmless",)},
    "doors must, bullet 3": {"clauses": ("consistent",)},
}
LEDGER_CODES = {code: title for code, title in CODES.items() if code.startswith("E6")}
ENTRIES = tuple(
    Entry(s.fingerprint, s.at, **CLAIMS[s.at])  # type: ignore[arg-type]
    for s in sentences_of(TEXT)
)


@pytest.fixture(scope="module")
def door_code(doors: Path) -> Policy:
    return load_policy(str(doors / "door-code.policy"))


TraceDoors = Callable[..., Trace]


@pytest.fixture(scope="module")
def trace_doors(door_code: Policy) -> TraceDoors:
    def trace(text: str = TEXT, entries: tuple[Entry, ...] = ENTRIES) -> Trace:
        return compare(door_code, sentences_of(text), entries, {})

    return trace


def places(text: str) -> list[tuple[str, str]]:
    return [(s.at, s.text) for s in sentences_of(text)]


# a text to sentences

SPLIT = {
    "bullets of every mark": (
        "Must:\n\n• a\n- b\n* c\n\u2013 d\n1. e\n2) f\n(a) g\nb) h\n",
        [("must, lead-in", "Must:"), *((f"must, bullet {i + 1}", "abcdefgh"[i]) for i in range(8))],
    ),
    "lines that go on": (
        "It goes\non here.\n\n- a bullet\n  goes on\n- too\n",
        [
            ("it goes on here, lead-in", "It goes on here."),
            ("it goes on here, bullet 1", "a bullet goes on"),
            ("it goes on here, bullet 2", "too"),
        ],
    ),
    "a numeral in the midst of a paragraph": (
        "Nobody may be under\n18. That holds for all.\n",
        [
            ("paragraph 1, sentence 1", "Nobody may be under 18."),
            ("paragraph 1, sentence 2", "That holds for all."),
        ],
    ),
    "headings of three kinds": (
        "# One\nText of it.\n\nTwo\n---\n\nThree\n\nText of it.\n",
        [
            ("one, heading", "One"),
            ("one, paragraph 1", "Text of it."),
            ("two, heading", "Two"),
            ("three, heading", "Three"),
            ("three, paragraph 1", "Text of it."),
        ],
    ),
    "a list below a heading, without a lead-in": (
        "Duties\n\n- one\n- two\n",
        [
            ("duties, heading", "Duties"),
            ("duties, bullet 1", "one"),
            ("duties, bullet 2", "two"),
        ],
    ),
    "the last sentence before a list leads it in": (
        "First this. Then these:\n- one. And more of it.\n",
        [
            ("paragraph 1", "First this."),
            ("then these, lead-in", "Then these:"),
            ("then these, bullet 1, sentence 1", "one."),
            ("then these, bullet 1, sentence 2", "And more of it."),
        ],
    ),
    "a lead-in that stands below two headings": (
        "A\n\nIt must:\n- a\n\nB\n\nIt must:\n- b\n",
        [
            ("a, heading", "A"),
            ("a, it must, lead-in", "It must:"),
            ("a, it must, bullet 1", "a"),
            ("b, heading", "B"),
            ("b, it must, lead-in", "It must:"),
            ("b, it must, bullet 1", "b"),
        ],
    ),
    "a heading that stands twice": (
        "Notes\n\nThis.\n\nNotes\n\nThat.\n",
        [
            ("notes, heading", "Notes"),
            ("notes, paragraph 1", "This."),
            ("notes, heading 2", "Notes"),
            ("notes, paragraph 2", "That."),
        ],
    ),
    "a list ends with the next paragraph": (
        "Must:\n- a\n\nSee also this.\n\n- b\n",
        [
            ("must, lead-in", "Must:"),
            ("must, bullet 1", "a"),
            ("see also this, lead-in", "See also this."),
            ("see also this, bullet 1", "b"),
        ],
    ),
    "abbreviations and initials end nothing": (
        "Ask a body, e.g. The Hague's, of the U.S. Congress (cf. J. Doe). Then wait!\n",
        [
            ("paragraph 1, sentence 1", "Ask a body, e.g. The Hague's, of the U.S. Congress (cf. J. Doe)."),
            ("paragraph 1, sentence 2", "Then wait!"),
        ],
    ),
    "nothing": (" \n\t\n", []),
}  # fmt: skip


@pytest.mark.parametrize("what", SPLIT)
def test_splitting(what: str) -> None:
    text, expected = SPLIT[what]
    assert places(text) == expected
    assert places(text.replace("\n", "\r\n")) == expected


WORD = st.text("abcdexyzABZ", min_size=1, max_size=6)
PHRASE = st.lists(WORD, min_size=1, max_size=5).map(" ".join)
SENTENCES = st.lists(PHRASE.map(lambda words: f"{words.capitalize()}."), min_size=1, max_size=3)
LIST = st.tuples(PHRASE, st.lists(PHRASE, min_size=1, max_size=4)).map(
    lambda pair: "\n".join([f"{pair[0].capitalize()}:", *(f"  - {item}" for item in pair[1])])
)
BARE_LIST = st.lists(PHRASE, min_size=1, max_size=3).map(
    lambda items: "  - " + "\n  - ".join(items)
)
TEXTS = st.lists(PHRASE | SENTENCES.map(" ".join) | LIST | BARE_LIST, max_size=8).map("\n\n".join)


@given(TEXTS)
def test_no_word_is_lost(text: str) -> None:
    words = [word for sentence in sentences_of(text) for word in sentence.text.split()]
    assert words == text.replace("  - ", "").split()


@given(TEXTS)
def test_every_place_leads_to_its_sentence_alone(text: str) -> None:
    sentences = sentences_of(text)
    assert len({s.at for s in sentences}) == len(sentences)
    for sentence in sentences:
        assert find(sentences, sentence.at) == [(sentence,)]


@given(st.text())
def test_any_text_can_be_split(text: str) -> None:
    letters = "".join(c for s in sentences_of(text) for c in s.text if c.isalpha())
    marks = len(sentences_of(text))
    assert len([c for c in text if c.isalpha()]) - len(letters) <= 5 * marks


@pytest.mark.parametrize(
    ("at", "found"),
    [
        ("doors must not, bullet 2", ["look at “children without consent”;"]),
        ("must not, bullet 2", ["look at “children without consent”;"]),
        ("MUST NOT,  bullet 2", ["look at “children without consent”;"]),
        ("must, bullet 2", ["do no harm;"]),
        ("good doors, paragraph 1, sentence 2", ["This code is for all who run them."]),
        ("must, lead-in", ["Doors must:"]),
    ],
)
def test_places_in_words(at: str, found: list[str]) -> None:
    assert [[s.text for s in group] for group in find(sentences_of(TEXT), at)] == [found]


def test_a_place_is_found_without_the_brackets_that_it_stands_in_and_in_any_case() -> None:
    """So a report says `740 ILCS 14/15, bullet 1`."""
    sentences = sentences_of("Sec. 15. Use (740 ILCS 14/15)\n\n- keep it;\n- lose it.\n")
    for at in ("740 ILCS 14/15, bullet 2", "(740 ilcs 14/15), bullet 2"):
        assert [[s.text for s in group] for group in find(sentences, at)] == [["lose it."]]
    assert "740 ILCS 14/15, bullet 1" in {c.at for c in load_policy("us-il-bipa").clauses.values()}


@pytest.mark.parametrize(
    "at", ["", "bullet 1", "must not, bullet 4", "ust, bullet 1", "must not, paragraph 1", "should"]
)
def test_places_that_lead_nowhere(at: str) -> None:
    assert find(sentences_of(TEXT), at) == []


def test_a_part_as_a_whole_and_several_places() -> None:
    sentences = sentences_of(TEXT)
    ((*part,),) = find(sentences, "must not")
    assert [s.kind for s in part] == ["lead-in", "bullet", "bullet", "bullet"]
    assert [len(group) for group in find(sentences, "the code of good doors, bullet 1")] == [1, 1]


# fingerprints


@given(PHRASE, st.lists(st.sampled_from([" ", "  ", "\t", "\n", "\u00a0", "\u2009"]), min_size=5))
def test_blanks_and_case_do_not_matter(text: str, blanks: list[str]) -> None:
    words = text.split()
    other = "".join(word + blanks[i % 5] for i, word in enumerate(words))
    assert fingerprint(other) == fingerprint(text) == fingerprint(text.upper())


@given(st.lists(WORD | st.sampled_from(["'", '"', "-"]), min_size=1).map("".join), st.randoms())
def test_styles_of_quotes_and_dashes_do_not_matter(text: str, random: st.DataObject) -> None:
    styles = {"'": "‘’‚`'", '"': '“”„«»"', "-": "‐‑‒–—−-"}  # noqa: RUF001
    choose: Callable[[str], str] = random.choice  # type: ignore[attr-defined]
    other = "".join(choose(styles.get(c, c)) for c in text)
    assert fingerprint(other) == fingerprint(text)


@given(PHRASE, PHRASE)
def test_other_words_have_other_fingerprints(one: str, other: str) -> None:
    assume(one.lower() != other.lower())
    assert fingerprint(one) != fingerprint(other)


def test_what_a_fingerprint_is() -> None:
    import hashlib

    assert normalise(" Keep  “it” — or\u00a0not , here;") == "keep 'it' - or not, here"
    expected = hashlib.sha256(b"keep 'it' - or not, here").hexdigest()[:16]
    assert fingerprint(" Keep  “it” — or\u00a0not , here;") == expected
    assert fingerprint("must not") != fingerprint("must")


# staleness


def entry_at(at: str) -> Entry:
    return next(entry for entry in ENTRIES if entry.at == at)


def test_what_is_complete(trace_doors: TraceDoors) -> None:
    trace = trace_doors()
    assert trace.is_complete
    assert {t.claim for t in trace.traced} == {Claim.CLAUSES, Claim.NOT_A_RULE}


def test_a_change_of_style_is_none(trace_doors: TraceDoors) -> None:
    text = TEXT.replace("“", '"').replace("”", '"').replace("•", "-").replace("harm;", "harm ,")
    assert trace_doors(text).is_complete


def test_a_changed_sentence_is_stale_and_new(trace_doors: TraceDoors) -> None:
    trace = trace_doors(TEXT.replace("do no harm", "do no great harm"))
    (stale,) = trace.stale
    assert stale.entry.clauses == ("harmless",)
    assert stale.nearest
    assert stale.nearest.text == "do no great harm;"
    assert [t.sentence.text for t in trace.unclaimed] == ["do no great harm;"]
    assert [(u.clause.name, u.trouble) for u in trace.unfound] == [("harmless", Trouble.NO_QUOTE)]
    assert (trace.moved, trace.unsourced) == ((), ())


def test_a_removed_sentence_is_stale_and_those_below_it_move(trace_doors: TraceDoors) -> None:
    trace = trace_doors(TEXT.replace("  • have an alarm;\n", ""))
    (stale,) = trace.stale
    assert (stale.entry.clauses, stale.nearest) == (("alarm",), None)
    assert trace.unclaimed == ()
    assert [t.sentence.at for t in trace.moved] == ["doors must, bullet 1", "doors must, bullet 2"]
    assert [u.clause.name for u in trace.unfound] == ["alarm", "harmless", "consistent"]
    harmless = trace.unfound[1]
    assert harmless.elsewhere == ("doors must, bullet 1",)


def test_an_added_sentence_is_unclaimed(trace_doors: TraceDoors) -> None:
    trace = trace_doors(TEXT + "  • be painted green.\n")
    assert [t.sentence.at for t in trace.unclaimed] == ["doors must, bullet 4"]
    assert trace.unclaimed[0].entry is None
    assert (trace.stale, trace.moved, trace.unfound) == ((), (), ())
    assert not trace.is_complete


def test_swapped_sentences_have_moved(trace_doors: TraceDoors) -> None:
    trace = trace_doors(
        TEXT.replace("have an alarm", "x").replace("do no harm", "have an alarm").replace("x;", "do no harm;")
    )  # fmt: skip
    assert [(t.sentence.text, t.entry and t.entry.at) for t in trace.moved] == [
        ("do no harm;", "doors must, bullet 2"),
        ("have an alarm;", "doors must, bullet 1"),
    ]
    assert (trace.stale, trace.unclaimed) == ((), ())
    assert [u.clause.name for u in trace.unfound] == ["alarm", "harmless"]


def test_a_sentence_that_turned_into_its_opposite_has_moved(trace_doors: TraceDoors) -> None:
    line = "  • keep longer than needed.\n"
    trace = trace_doors(TEXT.replace(line, "") + line)
    (moved,) = trace.moved
    assert moved.entry == entry_at("doors must not, bullet 3")
    assert moved.sentence.at == "doors must, bullet 4"
    assert not trace.is_complete


def test_what_has_only_moved_is_not_complete(trace_doors: TraceDoors) -> None:
    one, other = "Doors open for people.", "This code is for all who run them."
    trace = trace_doors(TEXT.replace(f"{one} {other}", f"{other} {one}"))
    assert [t.sentence.text for t in trace.moved] == [other, one]
    assert (trace.stale, trace.unclaimed, trace.unsourced, trace.unfound) == ((), (), (), ())
    assert not trace.is_complete


def test_the_nearest_is_at_the_same_place_or_else_in_the_same_part(trace_doors: TraceDoors) -> None:
    changed = TEXT.replace("keep longer", "remember longer").replace("be run by", "work for")
    assert [stale.nearest and stale.nearest.at for stale in trace_doors(changed).stale] == [
        "doors must not, bullet 1",
        "doors must not, bullet 3",
    ]
    shorter = TEXT.replace("  • keep longer than needed.\n", "").replace("be run by", "work for")
    assert [stale.nearest and stale.nearest.at for stale in trace_doors(shorter).stale] == [
        "doors must not, bullet 1",
        "doors must not, bullet 1",
    ]


def test_a_changed_lead_in_concerns_all_its_clauses(trace_doors: TraceDoors) -> None:
    trace = trace_doors(TEXT.replace("Doors must not:", "Doors should avoid to:"))
    (stale,) = trace.stale
    assert stale.entry.clauses == ("us-police", "minors", "keeping")
    assert {u.trouble for u in trace.unfound} == {Trouble.NOWHERE}
    assert len(trace.moved) == 3


def test_a_sentence_more_in_a_paragraph(trace_doors: TraceDoors) -> None:
    trace = trace_doors(TEXT.replace("do no harm;", "do no harm; Harm is pain. Nobody likes it."))
    assert {s.entry.at for s in trace.stale} == {"doors must, bullet 2"}
    assert trace.stale[0].nearest
    assert trace.stale[0].nearest.at == "doors must, bullet 2, sentence 1"


def test_equal_sentences_are_told_apart_by_their_places(trace_doors: TraceDoors) -> None:
    again = TEXT + "  • do no harm.\n"
    second = Entry(fingerprint("do no harm"), "must, bullet 4", ("harmless",))
    assert [t.sentence.at for t in trace_doors(again).unclaimed] == ["doors must, bullet 4"]
    assert trace_doors(again, (second, *ENTRIES)).is_complete
    (stale,) = trace_doors(TEXT, (second, *ENTRIES)).stale
    assert stale.entry is second


@given(st.sampled_from(ENTRIES), st.sets(st.sampled_from(ENTRIES)))
def test_what_has_no_entry_is_unclaimed(kept: Entry, others: set[Entry]) -> None:
    entries = tuple(entry for entry in ENTRIES if entry == kept or entry in others)
    trace = compare(_door_code(), sentences_of(TEXT), entries, {})
    assert {t.sentence.at for t in trace.unclaimed} == {e.at for e in ENTRIES} - {
        e.at for e in entries
    }
    named = {name for entry in entries for name in entry.clauses}
    assert {clause.name for clause in trace.unsourced} == set(_door_code().clauses) - named


def test_an_entry_without_a_claim_claims_nothing(trace_doors: TraceDoors) -> None:
    open_ = replace(entry_at("doors must, bullet 1"), clauses=())
    trace = trace_doors(entries=tuple(open_ if e.at == open_.at else e for e in ENTRIES))
    assert [t.sentence.at for t in trace.unclaimed] == ["doors must, bullet 1"]


def test_a_clause_that_another_sentence_is_claimed_for(trace_doors: TraceDoors) -> None:
    wrong = replace(entry_at("doors must, bullet 1"), clauses=("harmless",))
    trace = trace_doors(entries=tuple(wrong if e.at == wrong.at else e for e in ENTRIES))
    (unfound,) = trace.unfound
    assert (unfound.clause.name, unfound.trouble) == ("alarm", Trouble.NOT_CLAIMED)


def test_a_place_that_leads_to_several(doors: Path, tmp_path: Path) -> None:
    policy = copied(doors, tmp_path, ('"must, bullet 1"', '"the code of good doors, bullet 1"'))
    trace = compare(policy, sentences_of(TEXT), ENTRIES, {})
    (unfound,) = trace.unfound
    assert (unfound.clause.name, unfound.trouble) == ("alarm", Trouble.SEVERAL)


def copied(doors: Path, folder: Path, *changes: tuple[str, str]) -> Policy:
    """The reference's policy in a folder of its own, changed."""
    shutil.copy(doors / "doors.vocabulary", folder)
    text = (doors / "door-code.policy").read_text(encoding="utf-8")
    for old, new in changes:
        assert text.count(old) == 1
        text = text.replace(old, new)
    path = folder / "door-code.policy"
    path.write_text(text, encoding="utf-8")
    return load_policy(str(path))


# ledgers, right and wrong

GOOD = '[[sentence]]\nfingerprint = "0123456789abcdef"\nat = "must, bullet 1"\n'
BAD = {
    "E601": [
        *("[[sentence]", "at = ", "a = 1\na = 2", "[" * 3000, "a = " + "9" * 5000, 'a = "\\q"'),
        "a." * 20_000 + "b = 1",
    ],
    "E602": [
        'title = "x"',
        "sentence = 3",
        "sentence = [3]",
        GOOD.replace("0123", "012"),
        GOOD.replace("abcdef", "ABCDEF"),
        GOOD.replace('"must, bullet 1"', '" "'),
        GOOD.replace('"must, bullet 1"', "7"),
        '[[sentence]]\nat = "must"',
        '[[sentence]]\nfingerprint = "0123456789abcdef"',
        GOOD + "clause = []",
        GOOD + "clauses = 3",
        GOOD + "clauses = [3]",
        GOOD + 'policy = ""',
        GOOD + 'policy = "a"\nnot-a-rule = "b"',
        GOOD + 'clauses = []\npolicy = "a"',
        GOOD + "not-a-rule = true",
    ],
    "E603": [
        GOOD + 'clauses = ["alarms"]',
        GOOD + 'policy = "no-such-code"',
    ],
    "E604": [GOOD + GOOD, GOOD + GOOD.replace("must,", "MUST,")],
    "E605": [GOOD + 'policy = "door-code"'],
    "E606": [GOOD + 'policy = "broken"', GOOD + 'policy = "../gone"'],
}


@pytest.mark.parametrize(("code", "text"), [(code, text) for code in BAD for text in BAD[code]])
def test_bad_ledgers(code: str, text: str, doors: Path, tmp_path: Path) -> None:
    copied(doors, tmp_path)
    (tmp_path / "broken.policy").write_text("policy broken\n", encoding="utf-8")
    (tmp_path / "door-code.trace.toml").write_text(text, encoding="utf-8")
    with pytest.raises(InvalidError) as raised:
        trace_policy(str(tmp_path / "door-code.policy"), written(tmp_path))
    assert {d.code for d in raised.value.diagnostics} == {code}
    for diagnostic in raised.value.diagnostics:
        assert diagnostic.code in LEDGER_CODES
        assert diagnostic.source
        assert diagnostic.span
        assert diagnostic.hint
        assert 0 <= diagnostic.span.start < diagnostic.span.end
        assert diagnostic.message[0].islower() or diagnostic.message[0] == "`"
        assert not diagnostic.message.endswith(".")


def test_every_code_is_tried() -> None:
    assert set(BAD) == set(LEDGER_CODES)


def test_a_mistake_stands_at_its_entry() -> None:
    source = Source("x.trace.toml", f"# first\n{GOOD}\n{GOOD.replace('0123', 'x')}")
    entries, (problem,) = read_ledger(source)
    assert [entry.at for entry in entries] == ["must, bullet 1"]
    assert problem.position == (6, 1)
    source = Source("x.trace.toml", "\n\n[[sentence]]\nat = = 3\n")
    entries, (problem,) = read_ledger(source)
    assert (entries, problem.position[0]) == ((), 4)


@given(st.text() | st.text('[]="sentecafigrpr-l0123 \n#,{}').map(lambda t: GOOD + t))
def test_any_text_is_a_ledger_or_has_mistakes(text: str) -> None:
    entries, problems = read_ledger(Source("x.trace.toml", text))
    assert all(problem.code in LEDGER_CODES for problem in problems)
    assert problems or len(entries) == len(tomllib.loads(text).get("sentence", []))


# the update


def lines_of(ledger: str) -> list[Entry]:
    entries, problems = read_ledger(Source("x.trace.toml", ledger))
    assert problems == []
    return list(entries)


def test_a_ledger_is_read_as_it_is_written(trace_doors: TraceDoors) -> None:
    text = render_ledger(trace_doors())
    assert lines_of(text) == list(ENTRIES)
    assert render_ledger(trace_doors(), text.partition("[[")[0]) == text


@pytest.mark.parametrize("old", ["do no harm", "Doors must:", "Doors open for people."])
def test_an_update_claims_nothing(old: str, trace_doors: TraceDoors) -> None:
    new = TEXT.replace(old, f"Now {old}")
    before = trace_doors(new)
    entries = lines_of(render_ledger(before))
    assert {e for e in entries if e.clauses or e.policy or e.not_a_rule} == set(ENTRIES)
    after = trace_doors(new, tuple(entries))
    assert [t.sentence for t in after.unclaimed] == [t.sentence for t in before.unclaimed]
    assert [s.entry for s in after.stale] == [s.entry for s in before.stale]
    assert len(after.stale) == 1
    assert all(t.entry for t in after.traced)
    assert lines_of(render_ledger(after)) == entries


def test_an_update_follows_a_sentence_within_its_list_only(trace_doors: TraceDoors) -> None:
    text = TEXT.replace("  • have an alarm;", "  • be green;\n  • have an alarm;")
    entries = lines_of(render_ledger(trace_doors(text)))
    alarm = next(e for e in entries if e.clauses == ("alarm",))
    assert alarm.at == "doors must, bullet 2"
    assert trace_doors(text, tuple(entries)).moved == ()

    line = "  • keep longer than needed.\n"
    text = TEXT.replace(line, "") + line
    entries = lines_of(render_ledger(trace_doors(text)))
    assert [t.sentence.text for t in trace_doors(text, tuple(entries)).moved] == [line[4:-1]]


@given(st.text(st.characters(exclude_categories=["Cs"]), min_size=1))
def test_reasons_are_written_as_they_are(reason: str) -> None:
    assume(reason.strip())
    entry = replace(ENTRIES[0], not_a_rule=reason)
    trace = compare(_door_code(), sentences_of(TEXT), [entry], {})
    # Files are read with their line ends made LF; within a string they are escaped.
    assert lines_of(render_ledger(trace))[0].not_a_rule == reason


# files, formats, exit codes


def _door_code() -> Policy:
    """The reference's policy, for tests that Hypothesis runs without fixtures."""
    return _LOADED[0]


_LOADED: list[Policy] = []


@pytest.fixture(autouse=True)
def _loaded(door_code: Policy) -> None:
    _LOADED[:] = [door_code]


def written(folder: Path, text: str = TEXT) -> Path:
    path = folder / "source.txt"
    path.write_text(text, encoding="utf-8")
    return path


@pytest.fixture
def kept(doors: Path, tmp_path: Path, trace_doors: TraceDoors) -> Path:
    """The reference's policy in a folder, with its ledger and its source."""
    copied(doors, tmp_path)
    written(tmp_path)
    ledger = render_ledger(trace_doors())
    (tmp_path / "door-code.trace.toml").write_text(ledger, encoding="utf-8")
    return tmp_path


def run(folder: Path, format_: str = "text", *, update: bool = False) -> tuple[int, str]:
    output = folder / "output"
    output.unlink(missing_ok=True)
    policy, source = str(folder / "door-code.policy"), folder / "source.txt"
    code = run_trace(policy, source, format_, output, update=update)
    return code, output.read_text(encoding="utf-8") if output.exists() else ""


def test_one_sentence_is_counted_as_one(kept: Path) -> None:
    (kept / "source.txt").write_text("Doors must not slam.\n", encoding="utf-8")
    _, printed = run(kept)
    assert "\n1 sentence: 0 claimed" in printed


@pytest.mark.parametrize("format_", ["text", "html"])
def test_exit_codes(kept: Path, format_: str, capsys: pytest.CaptureFixture[str]) -> None:
    code, shown = run(kept, format_)
    assert (code, "complete and fresh" in shown) == (0, True)
    written(kept, TEXT.replace("do no harm", "do no great harm"))
    code, shown = run(kept, format_)
    assert (code, "complete and fresh" in shown) == (1, False)
    assert "1 not claimed, 1 stale, 1 not found" in " ".join(shown.split())
    (kept / "door-code.trace.toml").write_text("[[sentence", encoding="utf-8")
    assert run(kept, format_) == (2, "")
    assert "error[E601]" in capsys.readouterr().err


def test_the_page_shows_outcomes_and_what_the_cases_show(doors: Path, kept: Path) -> None:
    source, page = kept / "source.txt", kept / "page.html"
    policy = str(kept / "door-code.policy")
    for path in doors.iterdir():
        shutil.copy(path, kept)
    run_trace(policy, source, "html", page, design=kept / "front.design")
    shown = page.read_text(encoding="utf-8")
    assert '<span class="badge" data-outcome="met">met</span>' in shown
    assert re.search(r"Cases: [1-9]\d* of \d+ shown", shown)
    (kept / "front.design").write_text("deployment", encoding="utf-8")
    assert run_trace(policy, source, "html", page, design=kept / "front.design") == 2


@pytest.mark.parametrize(
    "missing",
    ["source.txt", "door-code.trace.toml"],
)
def test_missing_files(kept: Path, missing: str, capsys: pytest.CaptureFixture[str]) -> None:
    (kept / missing).unlink()
    assert run(kept) == (2, "")
    assert "error[E100]" in capsys.readouterr().err


def test_a_missing_policy(kept: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert run_trace(str(kept / "gone.policy"), kept / "source.txt") == 2
    assert run_trace("no-such-code", kept / "source.txt") == 2
    shown = capsys.readouterr().err
    assert "error[E100]" in shown
    assert "error[E204]" in shown


def test_an_empty_source_cannot_be_traced(kept: Path, capsys: pytest.CaptureFixture[str]) -> None:
    written(kept, "\n")
    assert run(kept) == (2, "")
    assert "error[E522]" in capsys.readouterr().err


def test_a_first_ledger_is_all_to_claim(kept: Path, capsys: pytest.CaptureFixture[str]) -> None:
    ledger = kept / "door-code.trace.toml"
    ledger.unlink()
    code, text = run(kept, update=True)
    assert code == 1
    assert f"{len(ENTRIES)} not claimed" in " ".join(capsys.readouterr().err.split())
    assert [(e.fingerprint, e.at) for e in lines_of(text)] == [
        (e.fingerprint, e.at) for e in ENTRIES
    ]
    assert not any(e.clauses or e.policy or e.not_a_rule for e in lines_of(text))
    assert not ledger.exists()


def test_an_update_keeps_the_opening_comment(kept: Path) -> None:
    ledger = kept / "door-code.trace.toml"
    text = "# Whose doors these are.\n\n" + ledger.read_text(encoding="utf-8").partition("\n\n")[2]
    ledger.write_text(text, encoding="utf-8")
    assert run(kept, update=True) == (0, text)


OTHER = """\
policy porter-code
title "Porters"
vocabulary doors
clause porter {
  at "must, bullet 1"
  quotes "have an alarm"
  says "There is an alarm."
  requires that safety.alarm is yes
  because "there is no alarm"
}
"""


def test_a_sentence_left_to_another_policy_must_be_claimed_there(kept: Path) -> None:
    (kept / "porter-code.policy").write_text(OTHER, encoding="utf-8")
    alarm = entry_at("doors must, bullet 1")
    answer = GOOD.replace("0123456789abcdef", alarm.fingerprint)
    for claim, expected in (
        ('clauses = ["porter"]', Claim.POLICY),
        ('not-a-rule = "no"', Claim.POLICY),
        ("clauses = []", Claim.DISOWNED),
        ('policy = "door-code"', Claim.DISOWNED),
    ):
        (kept / "porter-code.trace.toml").write_text(answer + claim, encoding="utf-8")
        mine = (kept / "door-code.trace.toml").read_text(encoding="utf-8")
        mine = mine.replace('clauses = ["alarm"]', 'policy = "porter-code"')
        (kept / "door-code.trace.toml").write_text(mine, encoding="utf-8")
        trace = trace_policy(str(kept / "door-code.policy"), kept / "source.txt")
        assert [t.claim for t in trace.traced if t.sentence.at == alarm.at] == [expected]
        assert (trace.unclaimed == ()) == (expected is Claim.POLICY)


def test_the_text_view_fits_80_columns(trace_doors: TraceDoors) -> None:
    for text in (TEXT, TEXT.replace("do no harm", "do " + "no great harm " * 30), "Nothing of it."):
        stream = io.StringIO()
        trace = trace_doors(text)
        print_trace(trace, Sheet(stream))
        assert max(map(len, stream.getvalue().splitlines())) <= 80
        shown = " ".join(stream.getvalue().split())
        for stale in trace.stale:
            assert f"stale {stale.entry.at}" in shown
        for traced in trace.unclaimed:
            assert f"new {traced.sentence.at}: not claimed" in shown


KNOWN_ATTRIBUTES = {
    *("charset", "class", "content", "data-outcome", "http-equiv", "lang", "name", "scope"),
}
"""None of them loads or runs anything."""


class Page(HTMLParser):
    """Reads a page: whether its tags are closed in order, and what it would load."""

    def __init__(self, text: str) -> None:
        super().__init__()
        self.open: list[str] = []
        self.attributes: set[str] = set()
        self.words: list[str] = []
        self.amiss: list[str] = []
        self.feed(text)
        self.close()

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.attributes |= {name for name, _ in attrs}
        if tag == "tr" and ("class", "amiss") in attrs:
            self.amiss.append("")
        if tag != "meta":
            self.open.append(tag)

    def handle_endtag(self, tag: str) -> None:
        assert self.open.pop() == tag

    def handle_data(self, data: str) -> None:
        self.words += data.split()
        if self.amiss:
            self.amiss[-1] += data


@pytest.mark.parametrize("text", [TEXT, TEXT.replace("do no harm", "do <i>no</i> harm")])
def test_the_page_is_whole_and_loads_nothing(text: str, trace_doors: TraceDoors) -> None:
    page = render(trace_doors(text))
    read = Page(page)
    assert read.open == []
    assert read.attributes <= KNOWN_ATTRIBUTES
    assert "<script" not in page
    assert re.findall(r"@import|url\(", page) == []
    for sentence in sentences_of(text):
        assert " ".join(sentence.text.split()) in " ".join(read.words)


def test_the_page_escapes_everything(doors: Path, tmp_path: Path) -> None:
    nasty = "<script>alert(1)</script>&"
    policy = copied(
        doors,
        tmp_path,
        ('"The code of good doors"', f'"{nasty}"'),
        ('"Doors that see faces need an alarm."', f'"{nasty}"'),
        ('"must, bullet 1"', f'"must, bullet 1 {nasty}"'),
    )
    entries = [Entry("0" * 16, nasty, (), nasty), Entry("1" * 16, nasty, (), "", nasty), *ENTRIES]
    trace = compare(policy, sentences_of(f"{TEXT}\n\n{nasty}\n"), entries, {})
    marks = dict.fromkeys(policy.clauses, f'"{nasty}')
    page = render(trace, marks, marks)
    assert "<script" not in page
    read = Page(page)
    assert read.open == []
    assert read.attributes <= KNOWN_ATTRIBUTES
    # title and heading; says; two stale entries with place and claim; the clause's place; the new sentence and
    # its place; an outcome and a coverage wherever a clause is shown
    shown = sum(len(t.entry.clauses) for t in trace.traced if t.entry)
    assert "".join(read.words).count("<script>alert(1)</script>") >= 2 + 2 * shown


def test_the_page_shows_outcomes_coverage_and_what_is_amiss(trace_doors: TraceDoors) -> None:
    trace = trace_doors(TEXT.replace("do no harm", "do no great harm"))
    page = render(trace, {"alarm": "violated"}, {"alarm": "5 of 5 outcomes"})
    assert page.count('data-outcome="violated">violated<') == 2  # the lead-in's, and its own
    assert page.count("Cases: 5 of 5 outcomes") == 2
    (amiss,) = Page(page).amiss[:1]
    assert amiss.startswith("do no great harm;doors must, bullet 2not claimed")
    assert "<strong>stale</strong> doors must, bullet 2: look again at harmless" in page
    assert 'data-outcome="' not in render(trace)


# the page about it


def test_the_page_about_it_shows_what_is_so(door_code: Policy) -> None:
    page = (ROOT / "docs" / "trace.md").read_text(encoding="utf-8")
    (text,) = re.findall(r"```text\n(.*?)```", page, re.DOTALL)
    (ledger,) = re.findall(r"```toml\n(.*?)```", page, re.DOTALL)
    entries = lines_of(ledger)
    answered = {"door-memory-code": frozenset(e.fingerprint for e in entries)}
    trace = compare(door_code, sentences_of(text), entries, answered)
    assert [t.claim for t in trace.traced] == [Claim.NOT_A_RULE, Claim.CLAUSES, Claim.POLICY]
    assert (trace.moved, trace.stale) == ((), ())
    assert "us-police" not in {unfound.clause.name for unfound in trace.unfound}
    codes = re.findall(r"\| (E6\d\d) \| (.*) \|", page)
    assert dict(codes) == LEDGER_CODES


# the Face pack


@pytest.fixture(scope="module")
def face_sentences() -> tuple[Sentence, ...]:
    return sentences_of(SOURCE.read_text(encoding="utf-8"))


@needs_source
@pytest.mark.parametrize("name", FACE_POLICIES)
def test_the_face_pack_says_all_that_its_source_says(name: str) -> None:
    trace = trace_policy(name, SOURCE)
    stream = io.StringIO()
    print_trace(trace, Sheet(stream))
    assert trace.is_complete, stream.getvalue()
    claimed = {n for t in trace.traced if t.entry for n in t.entry.clauses}
    assert claimed == set(trace.policy.clauses)


@needs_source
def test_each_sentence_is_answered_for_in_one_ledger() -> None:
    traces = [trace_policy(name, SOURCE) for name in FACE_POLICIES]
    for one, other in zip(*(trace.traced for trace in traces), strict=True):
        assert [one.claim, other.claim].count(Claim.POLICY) == 1, one.sentence.at


@needs_source
def test_a_change_of_any_sentence_names_its_clauses(face_sentences: tuple[Sentence, ...]) -> None:
    for name in FACE_POLICIES:
        whole = trace_policy(name, SOURCE)
        entries = [t.entry for t in whole.traced if t.entry]
        answered = {n: frozenset(s.fingerprint for s in face_sentences) for n in FACE_POLICIES}
        for i, sentence in enumerate(face_sentences):
            changed = [*face_sentences]
            changed[i] = replace(sentence, text=f"{sentence.text} unless it rains")
            trace = compare(whole.policy, changed, entries, answered)
            assert [s.entry for s in trace.stale] == [entries[i]]
            assert trace.stale[0].nearest == changed[i]
            assert [t.sentence for t in trace.unclaimed] == [changed[i]]


@pytest.mark.parametrize("name", FACE_POLICIES)
def test_the_ledgers_of_the_pack_are_laid_out(name: str) -> None:
    path = ROOT / "policies" / "face" / f"{name}.trace.toml"
    entries, problems = read_ledger(Source(str(path), path.read_text(encoding="utf-8")))
    assert problems == []
    policy = load_policy(name)
    assert {n for e in entries for n in e.clauses} == set(policy.clauses)
    assert all(e.clauses or e.policy or e.not_a_rule for e in entries)


@needs_source
@pytest.mark.parametrize("name", FACE_POLICIES)
def test_the_ledgers_hold_places_and_not_the_text(
    name: str, face_sentences: tuple[Sentence, ...]
) -> None:
    ledger = (ROOT / "policies" / "face" / f"{name}.trace.toml").read_text(encoding="utf-8")
    said = normalise(ledger)
    for sentence in face_sentences:
        if sentence.kind in ("paragraph", "bullet"):
            assert normalise(sentence.text) not in said


def test_letters_with_dots_are_marks_of_a_list() -> None:
    found = sentences_of("Nobody may:\n\na. look at faces;\nb. keep them.\n")
    assert [(one.kind, one.text) for one in found] == [
        ("lead-in", "Nobody may:"),
        ("bullet", "look at faces;"),
        ("bullet", "keep them."),
    ]


def test_a_text_of_too_many_sentences_is_not_compared(tmp_path: Path) -> None:
    """60,000 bullets took a minute."""
    text = tmp_path / "source.txt"
    text.write_text("\n".join(f"* a{n}." for n in range(MOST_SENTENCES + 1)), encoding="utf-8")
    with pytest.raises(InvalidError, match="more than 10,000 sentences"):
        trace_policy("face-code-of-conduct", text)
