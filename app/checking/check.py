"""Checking designs: the whole way from a file to its reports."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from pathlib import Path

from clausewise.checking.cautions import policy_warnings, replaced
from clausewise.checking.judging import attempts
from clausewise.checking.options import Options
from clausewise.checking.report import Checked, Report
from clausewise.checking.together import by_laws, judged_together
from clausewise.dsl.files.reading import shown
from clausewise.dsl.models.deployment import Entity
from clausewise.dsl.startup.lean import replace
from clausewise.dsl.startup.typed import TYPE_CHECKING
from clausewise.dsl.text.diagnostic import Diagnostic, InvalidError, has_errors, in_order
from clausewise.dsl.text.source import Source
from clausewise.engine.advice.advise import Advice, advise
from clausewise.engine.core.policy import Policy
from clausewise.engine.judging.judgement import Judgement
from clausewise.intake import texts
from clausewise.intake.access import Access
from clausewise.intake.designs import Written, read_design

if TYPE_CHECKING:
    from clausewise.importing.drift import Compared


def check_file(path: Path, options: Options | None = None, *, try_answers: bool = True) -> Checked:
    """Judge one file. Mistakes come back as diagnostics; nothing is raised for them.

    Args:
        path: a design in text, or in JSON if it ends in `.json`.
        options: how to judge.
        try_answers: whether to look for answers that settle the verdict, for which it is judged again and again.
    """
    try:
        chosen = options or Options()
        access = chosen.access
        source = texts.read(path, texts.DESIGNS, access.around(path), access.max_bytes)
        return compared(check_each(source, chosen, try_answers=try_answers), access)
    except InvalidError as error:
        return Checked(shown(path), (), error.diagnostics)


def compared(checked: Checked, access: Access, kept: Compared | None = None) -> Checked:
    """What came of a design in a file, with warnings where the files from which it was imported say otherwise.

    Args:
        checked: what came of it.
        access: what may be opened.
        kept: what these files said before, so that they are not read again (`drift_of`).
    """
    entities = checked.reports[0].deployment.entities.values()
    if not any(fact.imported for entity in entities for fact in entity.facts.values()):
        return checked
    from clausewise.importing.drift import drift_of  # seldom is anything imported

    drift = tuple(drift_of(checked.reports[0].deployment, checked.reports[0].source, access, kept))
    reports = [replace(report, warnings=(*report.warnings, *drift)) for report in checked.reports]
    told = in_order([*checked.diagnostics, *drift])
    return replace(checked, reports=tuple(reports), diagnostics=told)


def check_each(source: Source, options: Options, *, try_answers: bool = True) -> Checked:
    """Judge one source by each of its policies. Where one cannot judge it, the others do.

    Raises:
        InvalidError: nothing of the design can be read, or no policy judges it.
    """
    return check_written(read_design(source), options, try_answers=try_answers)


def check_written(written: Written, options: Options, *, try_answers: bool = True) -> Checked:
    """Judge a design that was read, as `check_each` does.

    Args:
        written: the design.
        options: how to judge.
        try_answers: as for `check_file`.

    Raises:
        InvalidError: no policy judges it.
    """
    source = written.source
    examine = options.examine_for(source.path)
    reports: list[Report] = []
    mistakes: list[Diagnostic] = []
    tried = list(attempts(written, options, examine))
    judgements = [found for found in tried if isinstance(found, Judgement)]
    for found in tried:
        if isinstance(found, InvalidError):
            mistakes += found.diagnostics
            continue
        by_trying = try_answers and not options.exact
        advice = advise(found, try_answers=by_trying, sharing=len(judgements))
        if options.exact and try_answers:
            from clausewise.checking.solver import asked_exactly

            advice = asked_exactly(found, advice, sharing=len(judgements))
        rests_on = advice.rests_on if options.evidence_required else ()
        proofs = {text: examine(text) for fact in rests_on for text in fact.evidence}
        warnings = tuple(warnings_of(found, advice, source))
        laws = by_laws(found, judgements)
        reports.append(Report(source.path, source, found, advice, proofs, warnings, by_laws=laws))
    if not reports:
        raise InvalidError(mistakes)
    told = [one for report in reports for one in report.warnings if one.code != "W702"]
    told += _unreached([(report.policy, report.advice) for report in reports], source)
    together = judged_together(judgements, exact=options.exact).together
    return Checked(source.path, tuple(reports), in_order([*mistakes, *told]), together)


def warnings_of(judgement: Judgement, advice: Advice, source: Source) -> Iterator[Diagnostic]:
    """What is suspicious in a design that was judged."""
    yield from _unreached([(judgement.policy, advice)], source)
    yield from replaced(judgement.deployment, source)
    yield from policy_warnings(judgement, source)


def _unreached(judged: Sequence[tuple[Policy, Advice]], source: Source) -> Iterator[Diagnostic]:
    """That nothing leads to entities, of each once: what is said of it may count for one of several policies."""
    policies: dict[str, list[Policy]] = {}
    entities: dict[str, Entity] = {}
    for policy, advice in judged:
        for entity in advice.unreached:
            policies.setdefault(entity.name, []).append(policy)
            entities.setdefault(entity.name, entity)
    for name, entity in entities.items():
        type_ = entity.type.name
        types = policies[name][0].vocabulary.entities.values()
        fields = [
            f"{t.name}.{f.name}" for t in types for f in t.fields.values() if f.target == type_
        ]
        hint = f"name it where it belongs ({', '.join(fields)}), or take it away"
        counts = any(
            type_ in policy.gone_through for policy in policies[name]
        )  # by a clause about all of it
        so = "" if counts else ", so what is said of it does not count"
        yield Diagnostic("W702", f"nothing leads to `{name}`{so}", source, entity.span, hint)


def check_source(
    source: Source, options: Options, *, try_answers: bool = True
) -> tuple[Report, ...]:
    """Judge one source by each of its policies.

    Raises:
        InvalidError: the design or a policy has mistakes, or nothing could be judged.
    """
    found = check_each(source, options, try_answers=try_answers)
    if has_errors(found.diagnostics):
        raise InvalidError(found.diagnostics)
    return found.reports


def judge_source(source: Source, options: Options) -> tuple[Judgement, ...]:
    """Judge one source by each of its policies: the record alone, without what follows from it.

    Raises:
        InvalidError: as for `check_source`.
    """
    found = list(attempts(read_design(source), options, options.examine_for(source.path)))
    mistakes = [d for one in found if isinstance(one, InvalidError) for d in one.diagnostics]
    if mistakes:
        raise InvalidError(mistakes)
    return tuple(one for one in found if not isinstance(one, InvalidError))
