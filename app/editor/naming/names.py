"""All names in a text of any kind, where each of them is declared, and which one stands at a place."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from functools import lru_cache
from pathlib import Path
from typing import cast

from clausewise.checking.options import Options
from clausewise.dsl import syntax
from clausewise.dsl.parsing.parser import parse
from clausewise.dsl.startup.lean import lean_dataclass
from clausewise.dsl.text.diagnostic import InvalidError
from clausewise.dsl.text.source import Source
from clausewise.editor.analysis import Analysis
from clausewise.editor.naming.claims import in_laws
from clausewise.editor.naming.rules import in_policy
from clausewise.editor.naming.symbols import (
    Listing,
    Occurrence,
    Symbol,
    WordSymbols,
    in_design,
    in_statement,
    in_vocabulary,
)
from clausewise.engine.core.policy import Policy
from clausewise.intake.designs import Written
from clausewise.intake.judges import each_policy
from clausewise.intake.texts import POLICIES, VOCABULARIES, read
from clausewise.testing.case_design import Start, start_of

NamePlace = tuple[Source, Occurrence]
"""A name in a file."""


def occurrences(analysis: Analysis) -> list[Occurrence]:
    """The names in a text, in their order."""
    found = analysis.kept.get("occurrences")
    if found is None:
        found = analysis.kept["occurrences"] = _occurrences(analysis)
    return cast(list[Occurrence], found)


def _occurrences(analysis: Analysis) -> list[Occurrence]:
    source, vocabulary = analysis.source, analysis.vocabulary
    match analysis.tree:
        case syntax.Design() as tree:
            found = in_design(tree, Listing(source.path), analysis.policies, vocabulary)
        case syntax.VocabularyFile() as tree:
            found = in_vocabulary(tree, source.path)
        case syntax.PolicyFile() as tree:
            found = in_policy(tree, source, vocabulary)
        case syntax.CasesFile() as tree:
            found = _NamesInCases(source, analysis.options).occurrences(tree)
        case syntax.LawsFile() as tree:
            found = in_laws(tree, source, next(iter(analysis.policies), None))
        case None:
            return []
    return sorted(dict.fromkeys(found), key=lambda one: (one.span.start, one.span.end))


def at(offset: int, found: Sequence[Occurrence]) -> Occurrence | None:
    """The name that stands at an offset, or that ends there."""
    return next((o for o in found if o.span.start <= offset <= o.span.end), None)


# cases


@lean_dataclass(frozen=True, slots=True)
class _NamesInDesign:
    """The design of a case, and what judges it."""

    start: Start
    listing: Listing
    policies: tuple[Policy, ...]


class _NamesInCases:
    """The names in a file of cases. A design in a file of its own is read once."""

    def __init__(self, source: Source, options: Options) -> None:
        self.source = source
        self.options = options
        self.read: dict[str, _NamesInDesign | None] = {}

    def occurrences(self, tree: syntax.CasesFile) -> Iterator[Occurrence]:
        for number, case in enumerate(tree.cases):
            design = self.design(case, number)
            if design is None:
                continue
            policy = next(iter(design.policies), None)
            if design.start.source is self.source:
                yield from in_design(
                    design.start.tree,
                    design.listing,
                    design.policies,
                    policy.vocabulary if policy else None,
                )
            if policy:
                own = Listing(self.source.path, str(number))
                yield from _NamesInCase(case, design, policy, own).occurrences()

    def design(self, case: syntax.CaseNode, number: int) -> _NamesInDesign | None:
        """The design of a case, if it can be read."""
        if isinstance(case.design, syntax.Design):
            return self.judged(case, Listing(self.source.path, str(number)))
        if case.design.text not in self.read:
            self.read[case.design.text] = self.judged(case, None)
        return self.read[case.design.text]

    def judged(self, case: syntax.CaseNode, listing: Listing | None) -> _NamesInDesign | None:
        try:
            start = start_of(case, self.source, self.options.access)
            written = Written(start.source, start.tree, ())
            found = each_policy(written, None, self.options.access)
            policies = tuple(policy for policy in found if isinstance(policy, Policy))
        except InvalidError:
            return None
        return _NamesInDesign(start, listing or Listing(start.source.path), policies)


class _NamesInCase:
    """The names in the lines of a case. Entities that it adds are its own."""

    def __init__(
        self, case: syntax.CaseNode, design: _NamesInDesign, policy: Policy, own: Listing
    ) -> None:
        self.case = case
        self.design = design
        self.policy = policy
        self.own = own
        added = [line for line in case.lines if isinstance(line, syntax.WithEntity)]
        self.added = {line.name.text for line in added}
        self.words = WordSymbols(policy.vocabulary)
        self.types = {
            (block.name or block.type).text: block.type.text for block in design.start.tree.blocks
        }
        self.types |= {line.name.text: line.type.text for line in added}

    def occurrences(self) -> Iterator[Occurrence]:
        for line in self.case.lines:
            match line:
                case syntax.WithEntity(type_, name):
                    yield Occurrence(self.words.type(type_.text), type_.span)
                    yield Occurrence(self.own.entity(name.text), name.span, declares=True)
                case syntax.WithFact(entity, statement):
                    yield from self.entity(entity)
                    type_of = self.type_of(entity.text)
                    for found in in_statement(statement, type_of, self.words, self.design.listing):
                        is_own = found.symbol.what == "entity" and found.symbol.name in self.added
                        own = self.own.entity(found.symbol.name)
                        yield Occurrence(own, found.span) if is_own else found
                case syntax.Without(fact):
                    yield from self.fact(fact)
                case syntax.ChooseReading(reading, alternative):
                    home = self.policy.source.path
                    yield Occurrence(Symbol("reading", reading.text, home), reading.span)
                    symbol = Symbol("alternative", alternative.text, home, reading.text)
                    yield Occurrence(symbol, alternative.span)
                case syntax.Expectation():
                    yield from self.expected(line)

    def type_of(self, entity: str) -> str:
        """The type of an entity; one that the design does not list is the only one of its type."""
        return self.types.get(entity, entity)

    def entity(self, name: syntax.Name) -> Iterator[Occurrence]:
        is_type = self.type_of(name.text) == name.text
        if is_type and name.text in self.policy.vocabulary.entities:
            yield Occurrence(self.words.type(name.text), name.span)
        else:
            listing = self.own if name.text in self.added else self.design.listing
            yield Occurrence(listing.entity(name.text), name.span)

    def fact(self, fact: syntax.FactNode) -> Iterator[Occurrence]:
        yield from self.entity(fact.entity)
        found = fact.field and self.words.field(self.type_of(fact.entity.text), fact.field.text)
        if found and fact.field:
            yield Occurrence(found[0], fact.field.span)

    def expected(self, line: syntax.Expectation) -> Iterator[Occurrence]:
        home, name = self.policy.source.path, line.subject
        clause = self.policy.clause(name.text)
        if line.outcome and clause:
            yield Occurrence(Symbol("clause", clause.name, home), name.span)
        elif line.outcome and name.text in self.policy.warnings:
            yield Occurrence(Symbol("warning", name.text, home), name.span)
        for breach in line.by or ():
            owner = clause.name if clause else ""
            yield Occurrence(Symbol("breach", breach.text, home, owner), breach.span)
        for fact in (*(line.because or ()), *(line.missing or ())):
            yield from self.fact(fact)


# where names are declared


def declared(symbol: Symbol, analysis: Analysis) -> NamePlace | None:
    """Where a name is declared: in the text itself, in a policy or vocabulary that it goes by, or in a design."""
    if symbol.home == analysis.source.path:
        found = occurrences(analysis)
        source = analysis.source
    else:
        source_ = _source_of(symbol, analysis)
        if source_ is None:
            return None
        source, found = source_, list(_declarations(source_))
    here = (one for one in found if one.declares and one.symbol == symbol)
    return next(((source, one) for one in here), None)


def _source_of(symbol: Symbol, analysis: Analysis) -> Source | None:
    """The text of the file that declares a name."""
    for policy in analysis.policies:
        for source in (policy.source, policy.vocabulary.source):
            if source.path == symbol.home:
                return source
    if analysis.vocabulary and analysis.vocabulary.source.path == symbol.home:
        return analysis.vocabulary.source
    if symbol.what != "entity" and not symbol.home.endswith((*POLICIES, *VOCABULARIES)):
        return None
    try:
        access = analysis.options.access
        around = (analysis.path.parent, access.home, *access.designs)
        return read(Path(symbol.home), (), around, access.max_bytes) if symbol.home else None
    except InvalidError:
        return None


@lru_cache(maxsize=16)
def _declarations(source: Source) -> tuple[Occurrence, ...]:
    """The names that a file declares, which takes no other file."""
    path = source.path.lower()
    if path.endswith(POLICIES):
        policy, _ = parse(source, "policy")
        found = in_policy(policy, source, None) if policy else iter(())
    elif path.endswith(VOCABULARIES):
        vocabulary, _ = parse(source, "vocabulary")
        found = in_vocabulary(vocabulary, source.path) if vocabulary else iter(())
    else:
        design, _ = parse(source, "design")
        found = in_design(design, Listing(source.path), (), None) if design else iter(())
    return tuple(one for one in found if one.declares)
