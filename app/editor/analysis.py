"""All that is known of one text: its tree, what is wrong with it, by what it is judged and to what it comes."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING

from clausewise.checking.check import check_written, compared
from clausewise.checking.options import Options
from clausewise.checking.report import Checked, Report
from clausewise.dsl.models.vocabulary import Vocabulary
from clausewise.dsl.parsing.parser import parse
from clausewise.dsl.startup.lean import field, lean_dataclass
from clausewise.dsl.syntax import (
    CaseNode,
    CasesFile,
    Design,
    File,
    LawsFile,
    Name,
    PolicyFile,
    Text,
)
from clausewise.dsl.text.diagnostic import Diagnostic, InvalidError, in_order
from clausewise.dsl.text.source import Source, Span
from clausewise.editor.kinds import KindOfFile
from clausewise.editor.waiving import accepted
from clausewise.engine.core.policy import Policy
from clausewise.intake.designs import Written, read_design, source_of
from clausewise.intake.judges import each_policy
from clausewise.intake.laws import read_laws
from clausewise.intake.load import load_policy, read_policy
from clausewise.intake.vocabularies import read_vocabulary, vocabulary_of
from clausewise.testing.case_design import start_of

if TYPE_CHECKING:
    from clausewise.importing.drift import Compared

_JUDGED = re.compile(r"^[ \t]*+judged[ \t]++by[ \t]++([^\n#]*+)", re.MULTILINE)


@lean_dataclass(frozen=True, slots=True)
class Told:
    """Something told of a case, at a place that counts from the case's title; `hint` says what to do."""

    span: Span
    code: str
    message: str
    hint: str = ""


@lean_dataclass(frozen=True, slots=True)
class Tried:
    """What came of a case: expectations that were not met, or what kept it from being run."""

    told: tuple[Told, ...] = ()
    is_run: bool = False

    @property
    def passed(self) -> bool:
        """Whether everything came as expected."""
        return self.is_run and not self.told

    @property
    def words(self) -> str:
        """What is wrong, in a few words."""
        return self.told[0].message.partition("\n")[0] if self.told else ""


@lean_dataclass(frozen=True)
class Analysis:
    """What is known of a text.

    Attributes:
        kind: of which kind it is.
        source: the text, with line ends as the parser has them.
        tree: what could be read of it; `None` if nothing could, and for designs in JSON.
        problems: what is wrong with it, or suspicious.
        options: how designs in its folder are judged.
        checked: of a design: what each of its policies made of it.
        policy: of a policy: what it means, if nothing is wrong with it.
        own_vocabulary: of a vocabulary: what it means, if nothing is wrong with it.
        tried: of cases: what came of each, by its text.
        is_whole: whether nothing is left to be tried.
    """

    kind: KindOfFile
    source: Source
    tree: File | None
    problems: tuple[Diagnostic, ...]
    options: Options
    checked: Checked | None = None
    policy: Policy | None = None
    own_vocabulary: Vocabulary | None = None
    tried: Mapping[str, Tried] = field(default_factory=dict)
    is_whole: bool = True

    @property
    def path(self) -> Path:
        """Where the text is, or will be, kept."""
        return Path(self.source.path)

    @property
    def reports(self) -> tuple[Report, ...]:
        """What each policy made of a design; of another file there is none."""
        return self.checked.reports if self.checked else ()

    @cached_property
    def policies(self) -> tuple[Policy, ...]:
        """The policies that judge a design, or designs in cases, as far as they can be used; a policy itself."""
        if self.policy:
            return (self.policy,)
        if self.reports:
            return tuple(report.policy for report in self.reports)
        if isinstance(self.tree, LawsFile):
            return policies_of_laws(self.tree, self.source)
        found = list(policies_named(self.source, self.options))
        if isinstance(self.tree, CasesFile):
            found += policies_of_cases(self.tree, self.source, self.options)
        return tuple({policy.source.path: policy for policy in found}.values())

    @cached_property
    def kept(self) -> dict[str, object]:
        """What others have worked out of it, so that it is worked out once."""
        return {}

    @cached_property
    def vocabulary(self) -> Vocabulary | None:
        """The vocabulary in whose words it is written, if it can be used."""
        if self.own_vocabulary:
            return self.own_vocabulary
        if isinstance(self.tree, PolicyFile) and not self.policy:
            try:
                return vocabulary_of(self.tree, self.source)
            except InvalidError:
                return None
        return next((policy.vocabulary for policy in self.policies), None)


def analyse(
    path: str, text: str, kind: KindOfFile, options: Options, kept: Compared | None = None
) -> Analysis:
    """All that is known of a text. Mistakes come back in it; nothing is raised for them.

    Args:
        path: where it is, or will be, kept. What is named beside it is looked for there.
        text: as the editor has it, whether that was saved or not.
        kind: of which kind it is.
        options: how designs are judged, and what may be opened.
        kept: what the files said from which designs were imported; `None` if a design is not compared with them.
    """
    try:
        source = source_of(path, text, options.access.max_bytes)
    except InvalidError as error:
        return Analysis(kind, Source(path, text), None, error.diagnostics, options)
    match kind.parsed:
        case "policy":
            return _policy(source, kind, options)
        case "vocabulary":
            return _vocabulary(source, kind, options)
        case "cases":
            tree, problems = parse(source, "cases")
            return Analysis(kind, source, tree, in_order(problems), options)
        case "laws":
            return _laws(source, kind, options)
        case "design" | None:
            return _design(source, kind, options, kept)


def sketched(path: str, text: str, kind: KindOfFile, options: Options) -> Analysis:
    """What is known of a text without judging it or asking what is wrong with it: enough for its names."""
    try:
        source = source_of(path, text, options.access.max_bytes)
    except InvalidError as error:
        return Analysis(kind, Source(path, text), None, error.diagnostics, options)
    if kind.parsed is None:
        return Analysis(kind, source, None, (), options)
    tree: File | None
    tree, _ = parse(source, kind.parsed)
    return Analysis(kind, source, tree, (), options)


def _design(source: Source, kind: KindOfFile, options: Options, kept: Compared | None) -> Analysis:
    try:
        written = read_design(source)
    except InvalidError as error:
        return Analysis(kind, source, None, error.diagnostics, options)
    tree = written.tree if isinstance(written.tree, Design) else None
    try:
        checked = check_written(written, options, try_answers=False)
    except InvalidError as error:
        return Analysis(kind, source, tree, error.diagnostics, options)
    if kept is not None:
        checked = compared(checked, options.access, kept)
    checked, told = accepted(checked, options)
    problems = in_order([*checked.diagnostics, *told])
    return Analysis(kind, source, tree, problems, options, checked)


def _policy(source: Source, kind: KindOfFile, options: Options) -> Analysis:
    tree, _ = parse(source, "policy")
    try:
        policy, problems = read_policy(source)
    except InvalidError as error:
        return Analysis(kind, source, tree, error.diagnostics, options)
    return Analysis(kind, source, tree, in_order(problems), options, policy=policy)


def _laws(source: Source, kind: KindOfFile, options: Options) -> Analysis:
    tree, _ = parse(source, "laws")
    try:
        laws = read_laws(source)
    except InvalidError as error:
        return Analysis(kind, source, tree, error.diagnostics, options)
    return Analysis(kind, source, tree, (), options, policy=laws.policy)


def _vocabulary(source: Source, kind: KindOfFile, options: Options) -> Analysis:
    tree, _ = parse(source, "vocabulary")
    try:
        vocabulary = read_vocabulary(source)
    except InvalidError as error:
        return Analysis(kind, source, tree, error.diagnostics, options)
    return Analysis(kind, source, tree, (), options, own_vocabulary=vocabulary)


def policies_named(source: Source, options: Options) -> Iterator[Policy]:
    """The policies that a text names behind `judged by`, however broken the rest of it is.

    Of a file of cases, those of the designs that are written in it.
    """
    words = [
        word
        for line in _JUDGED.findall(source.text)
        for part in line.split(",")
        if (word := " ".join(part.split()))
    ]
    names = tuple(Name(word, Span(0, 0)) for word in dict.fromkeys(words))
    if not (names or options.policy):
        return
    tree = Design(Name(""), Text(""), draft=False, judged_by=names, as_of=None, blocks=())
    try:
        for found in each_policy(Written(source, tree, ()), options.policy, options.access):
            if isinstance(found, Policy):
                yield found
    except InvalidError:
        return


def policies_of_cases(tree: CasesFile, source: Source, options: Options) -> Iterator[Policy]:
    """The policies that judge the designs that lie in files of their own, from which cases start."""
    for case in _by_design(tree):
        try:
            start = start_of(case, source, options.access)
            written = Written(start.source, start.tree, ())
            each = list(each_policy(written, options.policy, options.access))
        except InvalidError:
            continue
        yield from (policy for policy in each if isinstance(policy, Policy))


def policies_of_laws(tree: LawsFile, source: Source) -> tuple[Policy, ...]:
    """The policy that a file of laws is about, as far as it can be used."""
    try:
        return (load_policy(tree.policy.text, Path(source.path).parent),)
    except InvalidError:
        return ()


def _by_design(tree: CasesFile) -> list[CaseNode]:
    """Of the cases that start from the same file, one."""
    found = {c.design.text: c for c in tree.cases if isinstance(c.design, Text)}
    return list(found.values())
