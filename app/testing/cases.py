"""Cases: designs with the outcomes, reasons and missing facts that a policy must give them."""

from __future__ import annotations

import os
import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field, replace
from pathlib import Path

from clausewise.checking.check import judge_source
from clausewise.checking.options import Options
from clausewise.dsl import syntax
from clausewise.dsl.files.reading import MAX_BYTES, shown
from clausewise.dsl.parsing.parser import parse
from clausewise.dsl.printing.trees import print_tree
from clausewise.dsl.text.diagnostic import Diagnostic, Diagnostics, InvalidError, has_errors
from clausewise.dsl.text.fault import fault_of
from clausewise.dsl.text.names import is_policy, versioned
from clausewise.dsl.text.source import Source
from clausewise.engine.judging.judgement import Judgement
from clausewise.intake import packages
from clausewise.intake.access import Access
from clausewise.intake.judges import named_policy, names_allowed
from clausewise.intake.load import hint_for_policy, real_path
from clausewise.intake.texts import read
from clausewise.intake.walk import Found, find_files
from clausewise.testing.case_design import (
    Start,
    Starts,
    changed,
    name_of_file,
    policy_of,
    start_of,
    too_much,
)
from clausewise.testing.expectations import Difference, differences, is_of_warning


@dataclass(frozen=True, slots=True)
class CaseResult:
    """What came of a case.

    Attributes:
        source: the file of the case.
        design: the text that was judged.
        judgement: what came of it, unless it could not be judged.
        expects: the clauses whose outcomes it names.
        expects_breaches: by clause, the breaches by which it is to be violated, where the case names them.
        expects_warnings: the warnings that it names.
        expects_verdict: whether it names the verdict.
        differences: the expectations that were not met.
        diagnostics: the mistakes that kept the case from being judged.
    """

    title: str
    source: Source
    design: str = ""
    judgement: Judgement | None = field(default=None, repr=False)
    expects: frozenset[str] = frozenset()
    expects_breaches: Mapping[str, frozenset[str]] = field(default_factory=dict)
    expects_warnings: frozenset[str] = frozenset()
    expects_verdict: bool = False
    differences: tuple[Difference, ...] = ()
    diagnostics: tuple[Diagnostic, ...] = ()

    @property
    def passed(self) -> bool:
        """Whether everything came as expected."""
        return not self.differences and not self.diagnostics


CASES = (".cases",)


def case_files(paths: Iterable[Path], access: Access | None = None) -> Found:
    """The files named, and the files of cases in the folders named, in order, and what is left out.

    Where there is no such path, it is the name of a policy, perhaps with a version, for the cases beside it; or
    that of an installed pack, for all in its folder.
    """
    access = access or Access()
    files: list[Path] = []
    problems: list[tuple[str, Diagnostic]] = []
    for path in paths:
        try:
            files += [path] if os.path.lexists(path) else _called(str(path), access) or [path]
        except InvalidError as error:
            problems += [(str(path), problem) for problem in error.diagnostics]
    found = find_files(files, CASES, access)
    found.problems[:0] = problems
    return found


def _called(name: str, access: Access) -> list[Path]:
    """The files of cases of a policy, or of a pack; none for what is no name of one.

    Raises:
        InvalidError: there is none of that name, or no cases of it.
    """
    if not is_policy(name):
        return []
    allowed = names_allowed(access)
    if versioned(name)[0] in {versioned(one)[0] for one in allowed}:
        beside = Path(named_policy(name, access).source.path).with_suffix(CASES[0])
        found = [beside] if beside.is_file() else []
    else:
        packs = packages.folders()
        if name not in packs:
            message = f"there is no file, no policy and no pack `{name}`"
            hint = hint_for_policy(name, list(dict.fromkeys([*allowed, *packs])))
            raise InvalidError([Diagnostic("E204", message, hint=hint)])
        found = sorted(map(real_path, packs[name].rglob(f"*{CASES[0]}")))
    if not found:
        message = f"there are no cases of `{name}`"
        hint = f"they are beside a policy, and called after it: `{versioned(name)[0]}{CASES[0]}`"
        raise InvalidError([Diagnostic("E521", message, hint=hint)])
    return found


def no_cases(path: Path) -> InvalidError:
    """The mistake of a folder without any cases."""
    message = f"there are no cases in `{shown(path)}`"
    hint = "cases are in files that end in `.cases`"
    return InvalidError([Diagnostic("E521", message, Source(shown(path), ""), None, hint)])


def run_cases(path: Path, access: Access | None = None) -> Iterator[CaseResult]:
    """Run the cases of a file, in order.

    Args:
        path: the file.
        access: what may be opened, and which policies may judge (SECURITY.md, of cases).

    Raises:
        InvalidError: the file has mistakes, or there is no case.
    """
    starts: Starts = {}
    most = left = (access or Access()).max_bytes
    for case, source in cases_of(path, most):
        try:
            if left < 0:
                raise too_much(case, source, most)
            yield run_case(case, source, access, starts)
        except InvalidError as error:
            yield CaseResult(case.title.text, source, diagnostics=tuple(error.diagnostics))
        except Exception as error:
            yield CaseResult(case.title.text, source, diagnostics=(fault_of(error, source.path),))
        start = starts.get(name_of_file(case))
        left -= len(start.source.text) if isinstance(start, Start) else 0


def cases_of(path: Path, limit: int = MAX_BYTES) -> Iterator[tuple[syntax.CaseNode, Source]]:
    """The cases of a file, with its text.

    Raises:
        InvalidError: the file has mistakes, or there is no case.
    """
    source = read(path, CASES, None, limit)
    tree, problems = parse(source, "cases")
    if tree is None or has_errors(problems):
        raise InvalidError(problems)
    if not tree.cases:
        hint = 'write `case "..." { ... }`'
        message = f"there is no case in `{path}`"
        raise InvalidError([Diagnostic("E521", message, source, None, hint)])
    for case in tree.cases:
        yield case, source


def run_case(
    case: syntax.CaseNode,
    source: Source,
    access: Access | None = None,
    starts: Starts | None = None,
) -> CaseResult:
    """Run one case.

    Args:
        case: its tree.
        source: its file.
        access: as for `run_cases`.
        starts: what cases of this file have started from before; what this one starts from is added.

    Raises:
        InvalidError: the design or its policy has mistakes, or an expectation names what is not there.
    """
    problems = Diagnostics(source)
    access = replace(access or Access(), beside=Path(source.path).parent)
    start = start_of(case, source, access, starts)
    design = changed(start.tree, case, problems)
    if problems.found:
        raise InvalidError(problems.found)
    policy = policy_of(design, start, case, source, access)
    text = print_tree(design)
    title = re.sub(r"[/\\\0]", "-", case.title.text)  # it is no folder
    judged_as = Source(f"{source.path} ({title})", text)
    expected = [line for line in case.lines if isinstance(line, syntax.Expectation)]
    if not expected:
        hint = "write `expect prohibited`"
        problems.add("E547", "this case expects nothing", case.title.span, hint=hint)
        raise InvalidError(problems.found)
    readings = {
        line.reading.text: line.alternative.text
        for line in case.lines
        if isinstance(line, syntax.ChooseReading)
    }
    named = policy.source.path if len(design.judged_by) == 1 else None
    options = Options(named, readings, access=access)
    judgement = judge_source(judged_as, options)[0]
    found = [d for line in expected for d in differences(line, judgement, problems)]
    if problems.found:
        raise InvalidError(problems.found)
    of_clauses = [line for line in expected if line.outcome and not is_of_warning(line)]
    by_clause = [(judgement.clause(line.subject.text).clause.name, line.by) for line in of_clauses]
    return CaseResult(
        title=case.title.text,
        source=source,
        design=text,
        judgement=judgement,
        expects=frozenset(name for name, _ in by_clause),
        expects_breaches={
            name: frozenset(breach.text for breach in by) for name, by in by_clause if by
        },
        expects_warnings=frozenset(line.subject.text for line in expected if is_of_warning(line)),
        expects_verdict=any(line.outcome is None for line in expected),
        differences=tuple(found),
    )
