"""The tools, without the protocol: each takes what is asked, and gives a typed value and a text for people."""

from __future__ import annotations

import io
from collections.abc import Callable, Iterable, Sequence
from itertools import chain

from clausewise.accepting.accept import accept, acceptable, notes_of
from clausewise.assistants.parts import (
    AskedPart,
    ChangePart,
    ClauseLine,
    ClausesDocument,
    DifferenceDocument,
    ExplainedPart,
    ExplanationDocument,
    FieldPart,
    OutcomeChange,
    QuestionsDocument,
    RejudgedPart,
    RulePart,
    TaxonomyPart,
    TermPart,
    TypePart,
    VocabularyDocument,
)
from clausewise.assistants.project import AskedDesign, AssistedProject
from clausewise.checking.judging import readings_of
from clausewise.checking.options import Options
from clausewise.checking.report import Checked
from clausewise.checking.solver import need_solver
from clausewise.comparing.designs import Rejudged, rejudged
from clausewise.comparing.policies import comparable
from clausewise.comparing.vocabularies import changes
from clausewise.dsl.models.taxonomy import Taxonomy
from clausewise.dsl.models.vocabulary import EntityType, Field, Vocabulary
from clausewise.dsl.startup.lean import lean_dataclass, replace
from clausewise.dsl.text.diagnostic import Diagnostic, InvalidError
from clausewise.dsl.text.names import hint_for
from clausewise.engine.core.clauses import Clause
from clausewise.engine.core.policy import Policy
from clausewise.formats.comparison.text import print_comparison, print_rejudged, print_words
from clausewise.formats.policy.glossary import vocabulary_page
from clausewise.formats.policy.text import facts_read, print_clause, print_clauses, rule_lines_of
from clausewise.formats.report.asked import print_questions
from clausewise.formats.report.json import clause_part, diagnostic_part, document_of
from clausewise.formats.report.json_shape import JsonPart, SourcePart
from clausewise.formats.report.text import print_reports
from clausewise.formats.report.tree import print_tree
from clausewise.formats.screen.diagnostics import print_diagnostics
from clausewise.formats.screen.sheet import Sheet
from clausewise.formats.screen.terminal import console
from clausewise.intake.judges import chosen_clauses, named_clause
from clausewise.intake.vocabularies import load_vocabulary

MOST_QUESTIONS = 1_000
"""Questions of a design beyond these are counted, not listed, as in what people read."""


@lean_dataclass(frozen=True, slots=True)
class ToolAnswer:
    """What a tool answers: a document, and the same for people to read, as the command prints it."""

    document: JsonPart
    text: str


def check(project: AssistedProject, asked: AskedDesign) -> ToolAnswer:
    """A design judged: the document of `clausewise check --format json`.

    Raises:
        InvalidError: the configuration cannot be used, or it is not said which design.
    """
    options = project.options(asked)
    results, notes = _counted([project.judged(asked, options)], options)

    def told(sheet: Sheet) -> None:
        print_diagnostics(chain(results[0].diagnostics, notes), sheet)
        print_reports(results[0], sheet)

    document = document_of(results, said=notes, most_questions=MOST_QUESTIONS)
    return ToolAnswer(document, _printed(told))


def _counted(
    results: Sequence[Checked], options: Options
) -> tuple[Sequence[Checked], Sequence[Diagnostic]]:
    """The same with what does not count, by the waivers and the baseline of the configuration."""
    if not (options.waivers or options.baseline):
        return results, ()
    by = acceptable(options)
    accepted = accept(results, by)
    return accepted, notes_of(accepted, by)


def ask(project: AssistedProject, asked: AskedDesign) -> ToolAnswer:
    """What is still to be asked of a design, with the answers that settle the verdict.

    Raises:
        InvalidError: as for `check`.
    """
    result = project.judged(asked, project.options(asked))
    (design,) = document_of([result], most_questions=MOST_QUESTIONS).designs
    parts = [
        AskedPart(
            policy=one.policy,
            version=one.version,
            verdict=one.verdict,
            settled=one.settled,
            questions=one.questions,
            questions_total=one.questions_total,
        )
        for one in design.policies
    ]

    def told(sheet: Sheet) -> None:
        print_diagnostics(result.diagnostics, sheet)
        if result.reports:
            print_questions(result, sheet)

    return ToolAnswer(QuestionsDocument(design.path, parts, design.diagnostics), _printed(told))


def explain(project: AssistedProject, asked: AskedDesign, clause: str, entity: str) -> ToolAnswer:
    """Why clauses came to their outcomes, step by step.

    Args:
        clause: its name or number; empty for all.
        entity: only what is found of this entity; empty for all.

    Raises:
        InvalidError: as for `check`; or no policy has such a clause, or there is no such entity.
    """
    options = replace(project.options(asked), steps_shown=True)
    result = project.judged(asked, options, try_answers=False)
    parts: list[ExplainedPart] = []
    chosen = chosen_clauses(clause, [report.policy for report in result.reports])
    for report, wanted in zip(result.reports, chosen, strict=True):
        if entity and entity not in (known := report.deployment.entities):
            hint = hint_for(entity, known, "entities")
            raise InvalidError([Diagnostic("E201", f"there is no entity `{entity}`", hint=hint)])
        for one in wanted:
            judged = report.judgement.clause(one.name)
            tree = _printed(lambda sheet: print_tree(report, judged, sheet, entity or None))  # noqa: B023
            policy = report.policy
            parts.append(
                ExplainedPart(policy.name, policy.version, clause_part(judged, report), tree)
            )
    mistakes = _printed(lambda sheet: print_diagnostics(result.diagnostics, sheet))
    document = ExplanationDocument(
        result.path, parts, [diagnostic_part(found, result.path) for found in result.diagnostics]
    )
    return ToolAnswer(document, "\n".join([mistakes, *(part.tree for part in parts)]).strip())


def clause(project: AssistedProject, policy: str, name: str) -> ToolAnswer:
    """The clauses of a policy, or one of them in full.

    Raises:
        InvalidError: the policy cannot be used, or there is no such clause.
    """
    linked = project.policy(policy, project.options())
    stream = io.StringIO()
    if name:
        found = named_clause(name, linked)
        print_clause(linked, found, console(stream))
        document = _clauses(linked, [found], _rule(linked, found))
    else:
        print_clauses(linked, console(stream))
        document = _clauses(linked, linked.clauses.values(), None)
    return ToolAnswer(document, stream.getvalue())


def _clauses(policy: Policy, shown: Iterable[Clause], page: RulePart | None) -> ClausesDocument:
    lines = [
        ClauseLine(
            clause=one.name,
            number=one.number,
            label=one.label,
            at=one.at,
            quotes=one.quotes,
            says=one.says,
        )
        for one in shown
    ]
    return ClausesDocument(policy.name, policy.version, policy.title, lines, page)


def _rule(policy: Policy, found: Clause) -> RulePart:
    remedies = [found.remedy, *(breach.remedy for breach in found.breaches)]
    return RulePart(
        rule=rule_lines_of(policy, found),
        reads=[_field(field) for field in facts_read(policy, found)[1]],
        remedies=[*dict.fromkeys(filter(None, remedies))],
        documents=[
            SourcePart(document=d.name, title=d.title, date=d.date.isoformat(), address=d.address)
            for d in policy.documents_of(found)
        ],
    )


def vocabulary(project: AssistedProject, policy: str) -> ToolAnswer:
    """What a design can say that is judged by a policy.

    Raises:
        InvalidError: the policy cannot be used.
    """
    found = project.policy(policy, project.options()).vocabulary
    document = VocabularyDocument(
        vocabulary=found.name,
        title=found.title,
        subject=found.subject,
        types=[_type(one) for one in found.entities.values()],
        taxonomies=[_taxonomy(one) for one in found.taxonomies.values()],
    )
    return ToolAnswer(document, vocabulary_page(found))


def _type(found: EntityType) -> TypePart:
    fields = [_field(field) for field in found.fields.values()]
    return TypePart(found.name, found.description, found.single, found.required, fields)


def _field(field: Field) -> FieldPart:
    return FieldPart(
        field=f"{field.owner}.{field.name}",
        ask=field.ask,
        kind=field.kind,
        type=field.shape,
        of=field.target,
        may_be_none=field.may_be_none,
        evidenced=field.evidenced,
        replaced=field.replaced or None,
    )


def _taxonomy(found: Taxonomy) -> TaxonomyPart:
    terms = [
        TermPart(term, found.label(term), [*above], found.descriptions.get(term, ""))
        for term, above in found.parents.items()
    ]
    return TaxonomyPart(found.name, found.about, terms)


def diff(project: AssistedProject, old: str, new: str, designs: Sequence[str]) -> ToolAnswer:
    """What changes from one policy or vocabulary to another.

    Args:
        old: a policy's name, perhaps with a version, or its path; or a vocabulary's path.
        new: the same, newer.
        designs: paths of designs that are judged by both policies instead.

    Raises:
        InvalidError: one cannot be used, or the solver is not installed that compares policies.
    """
    options = project.options()
    if old.endswith(".vocabulary"):
        older, newer = (load_vocabulary(project.author_file(one, options)) for one in (old, new))
        return _words(old, new, older, newer)
    if designs:
        return _on_designs(project, old, new, designs)
    named = project.policy(old, options), project.policy(new, options)
    before, after = comparable(*named, options, {})
    need_solver()
    from clausewise.engine.backends.solver.proving.difference import Comparison, MeaningChange

    comparison = Comparison(before, after, readings_of(after, options))
    found = [*comparison.clauses(), comparison.whole()]
    parts = [ChangePart(one.clause, one.change.value, one.why) for one in found]
    is_same = all(one.change is MeaningChange.EQUIVALENT for one in found)
    text = _printed(lambda sheet: print_comparison(comparison, found, sheet, everything=False))
    names = before.full_name, after.full_name
    return ToolAnswer(DifferenceDocument(*names, is_same, parts, []), text)


def _words(old: str, new: str, older: Vocabulary, newer: Vocabulary) -> ToolAnswer:
    found = [*changes(older, newer)]
    parts = [ChangePart(one.said, "breaks" if one.breaks else "breaks-none", "") for one in found]
    text = _printed(lambda sheet: print_words(found, sheet))
    return ToolAnswer(DifferenceDocument(old, new, not found, parts, []), text)


def _on_designs(project: AssistedProject, old: str, new: str, designs: Sequence[str]) -> ToolAnswer:
    options = project.options(AskedDesign(policy=new))
    project.options(AskedDesign(policy=old))  # neither is a path
    files = [project.design_file(path, options) for path in designs]
    found = [*rejudged(files, old, new, options)]
    parts = [_rejudged(one) for one in found]
    text = _printed(lambda sheet: _tell_rejudged(found, sheet))
    is_same = not any(one.is_changed or one.diagnostics for one in found)
    return ToolAnswer(DifferenceDocument(old, new, is_same, [], parts), text)


def _tell_rejudged(found: Sequence[Rejudged], sheet: Sheet) -> None:
    print_diagnostics(chain.from_iterable(one.diagnostics for one in found), sheet)
    print_rejudged(found, sheet)


def _rejudged(found: Rejudged) -> RejudgedPart:
    return RejudgedPart(
        path=found.path,
        before=found.before,
        after=found.after,
        clauses=[OutcomeChange(*one) for one in found.clauses],
        diagnostics=[diagnostic_part(one) for one in found.diagnostics],
    )


def mistakes_told(error: InvalidError) -> str:
    """What is wrong with what was asked, as a command says it."""
    return _printed(lambda sheet: print_diagnostics(error.diagnostics, sheet)).strip()


def _printed(printing: Callable[[Sheet], None]) -> str:
    stream = io.StringIO()
    printing(Sheet(stream))
    return stream.getvalue()
