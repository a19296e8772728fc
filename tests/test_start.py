"""What keeps the start of a command quick: classes that are cheap to define, and few imports."""

from __future__ import annotations

import copy
import dataclasses
import pickle

import pytest

from clausewise.dsl.startup.lean import field, lean_dataclass, replace


@lean_dataclass(frozen=True, slots=True)
class Point:
    """A lean class with each option that a field has."""

    x: int
    y: int = 0
    names: list[str] = field(default_factory=list)
    seen_at: str = field(default="", compare=False, repr=False)

    @property
    def total(self) -> int:
        return self.x + self.y


@lean_dataclass(slots=True)
class Counted:
    """A lean class whose objects change."""

    count: int = 0


@lean_dataclass(frozen=True, eq=False)
class Found:
    """A lean class that compares by identity."""

    name: str = "nobody"


# lean classes


def test_a_lean_class_is_made_as_a_dataclass() -> None:
    point = Point(1, seen_at="noon")
    assert (point.x, point.y, point.names, point.seen_at, point.total) == (1, 0, [], "noon", 1)
    assert point.names is not Point(1).names
    assert repr(point) == "Point(x=1, y=0, names=[])"
    for wrong in ({}, {"x": 1, "z": 2}):
        with pytest.raises(TypeError):
            Point(**wrong)  # type: ignore[arg-type]


def test_lean_objects_compare_by_their_fields() -> None:
    assert Point(1, seen_at="noon") == Point(1, seen_at="night")
    assert Point(1) != Point(2)
    other: object = (1, 0, [], "")
    assert Point(1) != other
    assert hash(replace(Point(1), names=())) == hash(replace(Point(1, seen_at="noon"), names=()))  # type: ignore[arg-type]
    assert Found() != Found()
    assert len({Found(), Found()}) == 2


def test_lean_objects_that_change_have_no_hash() -> None:
    counted = Counted()
    counted.count += 1
    assert counted == Counted(1)
    with pytest.raises(TypeError):
        hash(counted)


def test_lean_objects_match_and_have_slots() -> None:
    match Point(1, 2):
        case Point(x, y):
            assert (x, y) == (1, 2)
    assert not hasattr(Point(1), "__dict__")
    with pytest.raises(AttributeError):
        Point(1).z = 3  # type: ignore[attr-defined]


@pytest.mark.parametrize("value", [Point(1, 2, ["a"], "noon"), Counted(3)])
def test_lean_objects_are_copied(value: object) -> None:
    assert pickle.loads(pickle.dumps(value)) == value
    assert copy.deepcopy(value) == value


def test_dataclasses_takes_a_lean_class_for_its_own() -> None:
    point = Point(1, seen_at="noon")
    assert dataclasses.is_dataclass(point)
    assert [(f.name, f.type, f.compare) for f in dataclasses.fields(point)] == [
        ("x", "int", True),
        ("y", "int", True),
        ("names", "list[str]", True),
        ("seen_at", "str", False),
    ]
    assert dataclasses.replace(point, y=5).seen_at == replace(point, y=5).seen_at == "noon"
