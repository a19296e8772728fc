"""`essence`: the mark of a choice that says what its entity is."""

from __future__ import annotations

from clausewise.dsl.parsing.parser import parse
from clausewise.dsl.printing.layout import format_source
from clausewise.dsl.text.source import Source
from clausewise.intake.access import Access
from clausewise.intake.judges import named_policy
from tests.generated import read_vocabulary

WORDS = """\
vocabulary doors
subject deployment

entity door "a way in" {
  opens  yes-no  choice  ask "Does it open?"
  leads  text    choice essence  evidenced  ask "Where does {door} lead?"
}
"""


def test_a_choice_can_be_marked() -> None:
    fields = read_vocabulary(WORDS).entities["door"].fields
    assert [name for name, field in fields.items() if field.essence] == ["leads"]


def test_it_is_printed_behind_the_kind() -> None:
    text, problems = format_source(Source("a.vocabulary", WORDS), "vocabulary")
    assert not problems
    assert text
    assert "choice essence  evidenced" in text
    assert parse(Source("a", text), "vocabulary") == parse(Source("b", WORDS), "vocabulary")


def test_the_face_pack_marks_what_a_use_is() -> None:
    types = named_policy("face-code-of-conduct", Access()).vocabulary.entities
    marked = [f"{t.name}.{f.name}" for t in types.values() for f in t.fields.values() if f.essence]
    assert sorted(marked) == [
        "use.by",
        "use.camera",
        "use.operation",
        "use.people",
        "use.purpose",
        "use.results-to",
    ]
