"""Laws tried on complete designs that are drawn at random: a law that fails is refuted, and none is proved.

import pytest
from clausewise.testing import laws

@pytest.mark.parametrize("law", laws("door-code.laws"), ids=str)
def test_law(law):
    law.check()
"""

from __future__ import annotations

import unittest
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from pathlib import Path

from clausewise.dsl.models.check_design import check_design
from clausewise.dsl.parsing.parser import parse
from clausewise.dsl.syntax import Design
from clausewise.dsl.text.diagnostic import InvalidError, has_errors
from clausewise.engine.core.laws import Law, Laws
from clausewise.intake.laws import load_laws
from clausewise.intake.texts import DESIGN_SUFFIXES, read
from clausewise.testing.refuting import LawSearch

EXAMPLES = 100


class InconclusiveError(unittest.SkipTest):
    """A search that neither found what a law says is possible nor refuted it: to pytest, the test is skipped."""


@dataclass(frozen=True)
class TriedLaw:
    """A law that can be tried. As text it is its name, as pytest shows it."""

    law: Law
    search: LawSearch = field(repr=False)

    def __str__(self) -> str:
        return self.law.name

    def check(self, examples: int = EXAMPLES) -> None:
        """Try the law on complete designs that are drawn at random.

        Args:
            examples: how many are drawn. Which, is as the settings of Hypothesis say.

        Raises:
            AssertionError: the law does not hold of a design, which it shows, or of two that differ in one fact.
            InconclusiveError: what it says is possible was not found, or no design was drawn of which it speaks.
        """
        lacking = self.search.run(self.law, examples)
        if lacking:
            raise InconclusiveError(f"law `{self.law.name}`: {lacking}")


def laws(path: str | Path, near: Sequence[str | Path] | None = None) -> list[TriedLaw]:
    """The laws of a file, each to be tried.

    Args:
        path: the file.
        near: designs near which most of the tried ones are drawn; by default those in the folder of the file that
            name its policy.

    Raises:
        InvalidError: a file cannot be read, or has mistakes.
    """
    found = load_laws(Path(path))
    if near is None:
        beside = sorted(Path(path).parent.glob(f"*{DESIGN_SUFFIXES[0]}"))
        starts = [tree for tree in _designs(beside, found) if _names(tree, found)]
    else:
        starts = list(_designs(map(Path, near), found))
    search = LawSearch(found, tuple(starts))
    return [TriedLaw(law, search) for law in found.laws.values()]


def _names(design: Design, found: Laws) -> bool:
    judges = {name.text for name in design.judged_by}
    return not judges.isdisjoint({found.policy.name, found.policy.full_name})


def _designs(paths: Iterable[Path], found: Laws) -> Iterator[Design]:
    for path in paths:
        source = read(path, DESIGN_SUFFIXES)
        tree, problems = parse(source, "design")
        if tree is not None:
            problems += check_design(tree, source, found.policy.vocabulary)[1]
        if tree is None or has_errors(problems):
            raise InvalidError(problems)
        yield tree
