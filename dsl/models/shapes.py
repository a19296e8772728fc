"""What a field of each shape holds: the properties by which all that reads or writes facts goes.

What differs between the forms of a fact (a record's slot, a column, a value in JSON) is a `match` over the shapes
in the module of that form; the type checker names the shape that one lacks. What is the same for all stands here.
"""

from __future__ import annotations

from collections.abc import Mapping

from clausewise.dsl.startup.lean import lean_dataclass
from clausewise.dsl.startup.typed import TYPE_CHECKING, Literal

if TYPE_CHECKING:
    from clausewise.dsl.trees.vocabularies import Shape


@lean_dataclass(frozen=True, slots=True)
class Held:
    """What all fields of a shape hold.

    Attributes:
        wanted: what a value is, in words for a message.
        example: a value, as it is written in a design.
        json: the same in JSON.
        is_many: whether a fact may have several values, and be open for more.
        is_text: whether a value is held as text: a term's name, or a text. `none` is then the empty text.
        is_ordered: whether values compare by `<`.
        none: whether `none` is a value: always, where the field is declared `or none`, or never.
    """

    wanted: str
    example: str
    json: str
    is_many: bool = False
    is_text: bool = False
    is_ordered: bool = False
    none: Literal["always", "declared", "never"] = "never"


_NAMES = "names, and `...` only at the end"
SHAPES: Mapping[Shape, Held] = {
    "yes-no": Held("`yes` or `no`", "yes", "true", is_text=True),
    "one of": Held("one name", "a-name", '"a-name"', is_text=True, none="declared"),
    "any of": Held(_NAMES, "a-name, another", '["a-name"]', is_many=True, none="always"),
    "some of": Held(_NAMES, "a-name, another", '["a-name"]', is_many=True),
    "number": Held("a number", "18", "18", is_ordered=True),
    "duration": Held("a duration", "30 days", '"30 days"', is_ordered=True),
    "date": Held("a date", "2026-11-23", '"2026-11-23"', is_ordered=True),
    "text": Held("a text in quotes", '"..."', '"..."', is_text=True, none="declared"),
    "ages": Held("a range of ages", "18..", '"18.."'),
}
