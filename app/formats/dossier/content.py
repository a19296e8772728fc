"""What a dossier says, and in which order: for HTML, PDF and Markdown alike."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Sequence

from clausewise.checking.check import Report
from clausewise.dossier.diagram import Diagram, DiagramNode
from clausewise.dossier.dossier import Dossier, Fingerprint, JudgedByPolicy
from clausewise.dsl.models.deployment import AS_OF, Fact, show_value
from clausewise.dsl.text.names import listed
from clausewise.engine.advice.questions import Question
from clausewise.engine.core.outcomes import Outcome, Verdict
from clausewise.engine.judging.sufficient import elsewhere
from clausewise.formats.dossier.clauses import clauses
from clausewise.formats.dossier.document import (
    Blanks,
    Page,
    PageBlock,
    PageItems,
    PageLine,
    PagePiece,
    PageSection,
    PageTable,
    PageWords,
    Paragraph,
    Picture,
    SourceLines,
)
from clausewise.formats.report.heading import SAID, by_which_readings, none_applies, out_of_force
from clausewise.formats.report.sentences import (
    follows_from,
    rests_on_in_words,
    violated_in_order,
)
from clausewise.formats.report.told import told_fact
from clausewise.intake.judges import origin_of

MOST_QUESTIONS = 100
MOST_RESTS = 500
MOST_NODES = 200
"""Nodes of the diagram that are told of in words."""
MOST_LINES = 2_000
MOST_CHARACTERS = 500
"""Of a line of the design."""
MOST_NAMES = 5


def content(dossier: Dossier, version: str) -> Page:
    """The whole of it.

    Args:
        dossier: the finished value.
        version: of Clausewise.
    """
    several = len(dossier.judged) > 1
    prefixes = [f"p{number}-" if several else "" for number in range(1, len(dossier.judged) + 1)]
    each = [*zip(dossier.judged, prefixes, strict=True)]
    judged = [_whole(dossier, prefixes)] if several else []
    judged += [_judged(one, prefix, dossier) for one, prefix in each]
    closing = [_design(dossier), _fingerprints(dossier), _signature()]
    notices = dict.fromkeys(one.report.policy.notice for one in dossier.judged)
    return Page(
        dossier.title,
        tuple(_opening(dossier, version)),
        (*judged, *closing),
        " ".join(filter(None, notices)),
    )


def _opening(dossier: Dossier, version: str) -> Iterator[PageBlock]:
    report = dossier.judged[0].report
    draft = ", a draft" if report.deployment.draft else ""
    as_of = {one.report.deployment.as_of for one in dossier.judged}
    when = listed([f"as of {day}" if day else "without a date of judging" for day in as_of])
    yield Paragraph(
        (
            "The design ",
            PageWords(dossier.name, "code"),
            f"{draft}, judged {when} by Clausewise {version}.",
        )
    )
    if dossier.evidence_required:
        yield Paragraph(("Claims that need evidence counted only with it.",))


def _whole(dossier: Dossier, prefixes: Sequence[str]) -> PageSection:
    """What several policies come to together, and each of them."""
    gravest = dossier.gravest
    rows = tuple(
        (
            (PageWords(_judge(one.report), to=f"{prefix}verdict"),),
            (PageWords(one.report.verdict_shown, "strong"),),
            (f"{_summary(one.report)}.",),
        )
        for one, prefix in zip(dossier.judged, prefixes, strict=True)
    )
    said = f"The gravest of the verdicts by {len(rows)} policies, of which each has a part below."
    table = PageTable(
        "Verdicts by policies", (("Policy", 40), ("Verdict", 20), ("Its clauses", 40)), rows
    )
    result = gravest.verdict, gravest.verdict_shown
    return PageSection("verdict", "Verdict on the whole", (Paragraph((said,)), table), (), result)


def _judge(report: Report) -> str:
    return report.policy.title or report.policy.full_name


def _summary(report: Report) -> str:
    """How many clauses came to what."""
    counts = Counter(judged.outcome for judged in report.clauses)
    return listed([f"{counts[o]} {SAID[o]}" for o in Outcome if counts[o]])


def _judged(judged: JudgedByPolicy, prefix: str, dossier: Dossier) -> PageSection:
    """What one policy comes to. What is open stands first where it matters on the whole, in each part alike.

    Of several policies, one that does not apply is told of by what settles that alone, and the design is drawn
    once: for the policy of the gravest verdict.
    """
    report = judged.report
    if prefix and report.verdict is Verdict.NOT_APPLICABLE:
        blocks = (*_verdict(report, prefix), *_why_none_applies(report))
        return PageSection(
            f"{prefix}verdict",
            f"Verdict by {_judge(report)}",
            blocks,
            (),
            (report.verdict, report.verdict_shown),
        )
    is_drawn = not prefix or report is dossier.gravest
    asked = _questions(report, prefix)
    first, last = (asked, None) if dossier.gravest.verdict.is_open else (None, asked)
    parts = [
        first,
        _diagram(judged.diagram, prefix) if is_drawn else None,
        clauses(report, prefix),
        last,
        _readings(report, prefix),
        _rests_on(report, prefix, dossier),
    ]
    return PageSection(
        f"{prefix}verdict",
        f"Verdict by {_judge(report)}",
        tuple(_verdict(report, prefix)),
        tuple(part for part in parts if part),
        (report.verdict, report.verdict_shown),
    )


def _verdict(report: Report, prefix: str) -> Iterator[PageBlock]:
    policy = report.policy
    settled = (
        "Nothing that is still open can change the verdict."
        if report.advice.settled
        else "What is still open can change the verdict."
    )
    count = len(report.clauses)
    clauses_said = f"{count} clause{'' if count == 1 else 's'}"
    yield Paragraph((f"Of {clauses_said}, {_summary(report)}. {settled}",))
    chosen = f", {by_which_readings(report)}" if policy.readings else ""
    yield Paragraph(
        (
            "Judged by ",
            PageWords(policy.full_name, "code"),
            f" from {origin_of(policy)}{chosen}.",
        )
    )
    if rests := rests_on_in_words(report):
        yield Paragraph((rests,))
    if waiting := report.advice.may_wait:
        yield Paragraph((f"It could be approved meanwhile: {_few(waiting)} may wait.",))
    violated = [
        _violated(judged.clause.name, report, prefix) for judged in violated_in_order(report)
    ]
    if violated:
        yield Paragraph((PageWords("Violated", "strong"),))
        yield PageItems(tuple(violated))
    if report.warnings:
        yield Paragraph((PageWords("Warnings", "strong"),))
        shown = report.warnings[:MOST_QUESTIONS]
        yield PageItems(tuple((*_marked(w.message), f" ({w.code})") for w in shown))
        yield from _more(len(report.warnings) - len(shown), "warnings")


def _why_none_applies(report: Report) -> Iterator[PageBlock]:
    """The facts by which no clause applies, those on where it happens first; and when clauses are in force."""
    settle = elsewhere(report.judgement) or tuple(
        dict.fromkeys(name for judged in report.clauses for name in judged.facts)
    )
    told = [told_fact(name, report) for name in settle[:MOST_RESTS]]
    yield Paragraph((f"{none_applies(report.policy)}:",))
    yield PageItems(
        tuple((PageWords(fact.name, "code"), " ", PageWords(fact.value, "code")) for fact in told)
    )
    yield from _more(len(settle) - len(told), "facts")
    if AS_OF in settle:
        yield PageItems(tuple((said,) for said in out_of_force(report)))


def _violated(name: str, report: Report, prefix: str) -> PageLine:
    judged = next(one for one in report.clauses if one.clause.name == name)
    follows = follows_from(judged, report)
    said = f"follows from {listed(follows)}" if follows else judged.clause.says
    return (PageWords(judged.clause.title, to=f"{prefix}clause-{name}"), f": {said}")


# what is open


def _questions(report: Report, prefix: str) -> PageSection:
    asked = report.advice.questions
    if not asked:
        return PageSection(
            f"{prefix}questions", "Open questions", (Paragraph(("None: all is settled.",)),)
        )
    shown = asked[:MOST_QUESTIONS]
    bears = "" if report.verdict.is_open else " None of them can change the verdict any more."
    said = f"{len(asked):,} fact{' is' if len(asked) == 1 else 's are'} unknown and can matter to a clause.{bears}"
    table = PageTable(
        "Open questions",
        (("Fact", 25), ("Question", 43), ("Bears on", 18), ("Asks for", 14)),
        tuple(_question(question, report) for question in shown),
    )
    return PageSection(
        f"{prefix}questions",
        "Open questions",
        (Paragraph((said,)), table, *_more(len(asked) - len(shown), "questions")),
    )


def _question(question: Question, report: Report) -> tuple[PageLine, ...]:
    titles = [report.policy.clauses[name].short for name in question.clauses]
    doubt = () if not question.doubt else (f" (stated, but {question.doubt})",)
    if question.doubt and question.fact == AS_OF:
        doubt = (f" ({question.doubt})",)
    what = "a judgement" if question.kind == "judgement" else "a fact"
    return (
        (PageWords(question.fact, "code"),),
        (*_marked(question.ask), *doubt),
        (_few(titles),),
        (what,),
    )


# the diagram


def _diagram(diagram: Diagram, prefix: str) -> PageSection:
    count = sum(len(node.names) for node in diagram.nodes)
    alike = "; what is alike is drawn once" if count > len(diagram.nodes) else ""
    said = (
        f"What the design lists ({count:,}{alike}), and what refers to what. The mark and the words in each box "
        "say what the clauses found about it; the table says the same in words."
    )
    leads: dict[int, dict[str, list[int]]] = {}
    for link in diagram.links:
        for field in link.fields:
            leads.setdefault(link.source, {}).setdefault(field, []).append(link.target)
    shown = diagram.nodes[:MOST_NODES]
    rows = tuple(
        (
            (PageWords(name_of(node), "strong"),),
            (node.type,),
            (_leads(leads.get(number, {}), diagram),),
            (found_of(node),),
        )
        for number, node in enumerate(shown)
    )
    table = PageTable(
        "The diagram in words",
        (("Name", 20), ("Type", 14), ("Refers to", 34), ("Clauses by its facts", 32)),
        rows,
    )
    return PageSection(
        f"{prefix}diagram",
        "The design as a diagram",
        (
            Paragraph((said,)),
            Picture(diagram, f"{count:,} parts of the design and what refers to what"),
            table,
            *_more(len(diagram.nodes) - len(shown), "parts"),
        ),
    )


def name_of(node: DiagramNode) -> str:
    """A node's name: of entities that are alike that of the first, and how many others there are."""
    others = len(node.names) - 1
    return f"{node.names[0]} and {others:,} others alike" if others else node.names[0]


def found_of(node: DiagramNode) -> str:
    """What clauses came to by a node's facts, in words."""
    return (
        "; ".join(f"{SAID[outcome]}: {_few(found)}" for outcome, found in node.concerns.items())
        or "none"
    )


def _leads(leads: dict[str, list[int]], diagram: Diagram) -> str:
    told = (
        f"{field}: {_few([name_of(diagram.nodes[t]) for t in targets])}"
        for field, targets in leads.items()
    )
    return "; ".join(told) or "nothing"


# readings, and what it rests on


def _readings(report: Report, prefix: str) -> PageSection | None:
    policy = report.policy
    if not policy.readings:
        return None
    rows = []
    for name, way in report.judgement.readings.items():
        reading = policy.readings[name]
        default = " (default)" if way == reading.default else " (chosen)"
        chosen: PageLine = (PageWords(way, "code"), f"{default}: {reading.alternatives[way]}")
        rows.append(((PageWords(name, "code"),), chosen, (_otherwise(name, report),)))
    table = PageTable(
        "Readings", (("Reading", 20), ("In force", 50), ("By another", 30)), tuple(rows)
    )
    said = "The text can be read in more than one way. These readings are in force."
    documents = [
        (document.words, *_address(document.address)) for document in policy.documents.values()
    ]
    more: list[PageBlock] = []
    if documents:
        said_of = "Documents from which conditions of the policy come, beside its own text:"
        more = [Paragraph((said_of,)), PageItems(tuple(documents))]
    return PageSection(
        f"{prefix}readings", "Readings and documents", (Paragraph((said,)), table, *more)
    )


def _address(address: str) -> tuple[PagePiece, ...]:
    return (": ", PageWords(address, "code")) if address else ()


def _otherwise(name: str, report: Report) -> str:
    """What other alternatives of a reading would change."""
    told = []
    for other in report.advice.other_readings:
        if other.reading == name:
            changes = [f"{clause} {outcome}" for clause, outcome in other.changed.items()]
            verdict = (
                "the verdict stays"
                if other.verdict is report.verdict
                else f"it would be {report.policy.shown(other.verdict)}"
            )
            told.append(f"{other.alternative}: {verdict}; {_few(changes)}")
    return ". ".join(told) or "nothing would change"


def _rests_on(report: Report, prefix: str, dossier: Dossier) -> PageSection:
    facts = report.advice.rests_on
    shown = facts[:MOST_RESTS]
    if not facts:
        said = "No fact that decides a clause has evidence, is attested, or needs either."
        return PageSection(f"{prefix}rests", "What it rests on", (Paragraph((said,)),))
    said = (
        "Facts that decide a clause, and that a person answers for or that need evidence. Evidence is looked at "
        "for its digest alone: whether it proves what is claimed is for the reader to judge."
    )
    table = PageTable(
        "What the verdict rests on",
        (("Fact", 24), ("Value", 16), ("Who answers for it", 30), ("Evidence", 30)),
        tuple(_rest(fact, dossier) for fact in shown),
    )
    more = _more(len(facts) - len(shown), "facts")
    return PageSection(f"{prefix}rests", "What it rests on", (Paragraph((said,)), table, *more))


def _rest(fact: Fact, dossier: Dossier) -> tuple[PageLine, ...]:
    people = []
    for by in fact.attestations:
        on = f" on {by.on.value}" if by.on else ""
        because = f": “{by.because.text}”" if by.because else ""
        people.append(f"{by.by.text}{on}{because}")
    found = {one.name: one for one in dossier.fingerprints if one.kind == "evidence"}
    pieces: list[PagePiece] = []
    for text in fact.evidence:
        pieces += ["; "] if pieces else []
        pieces += [PageWords(text, "code"), f" {_state(found[text])}"]
    missing = "needs evidence, and has none" if not people else "none"
    return (
        (PageWords(fact.name, "code"),),
        (show_value(fact.value),),
        ("; ".join(people) or "nobody",),
        tuple(pieces) or (missing,),
    )


def _state(found: Fingerprint) -> str:
    if found.doubt:
        return f"does not count: {found.doubt}"
    return (
        f"is there, sha256 {found.sha256[:12]}…" if found.sha256 else "is an address, not looked at"
    )


# the end


def _design(dossier: Dossier) -> PageSection:
    lines = dossier.source.text.rstrip("\n").split("\n")
    shown = [
        line if len(line) <= MOST_CHARACTERS else line[: MOST_CHARACTERS - 1] + "…"
        for line in lines
    ]
    said = f"The text of {dossier.name}, to whose lines this dossier refers."
    blocks: list[PageBlock] = [Paragraph((said,)), SourceLines(tuple(shown[:MOST_LINES]))]
    return PageSection(
        "design", "The design as it is written", (*blocks, *_more(len(shown) - MOST_LINES, "lines"))
    )


def _fingerprints(dossier: Dossier) -> PageSection:
    said = "The SHA-256 of each file that took part. A file with the same digest is the same file, byte for byte."
    rows = tuple(
        (
            (one.kind,),
            (PageWords(one.name, "code"),),
            (PageWords(one.sha256, "code") if one.sha256 else one.doubt or "not looked at",),
        )
        for one in dossier.fingerprints
    )
    table = PageTable("Fingerprints", (("What", 12), ("Name", 28), ("SHA-256", 60)), rows)
    return PageSection("fingerprints", "Fingerprints", (Paragraph((said,)), table))


def _signature() -> PageSection:
    said = "Whoever signs has read the above, and answers for it under their name."
    return PageSection(
        "signature",
        "Signature",
        (Paragraph((said,)), Blanks(("Name", "Role", "Date", "Signature"))),
    )


def _few(names: Iterable[str]) -> str:
    """Names in a sentence, of many the first and how many others there are."""
    found = list(names)
    rest = len(found) - MOST_NAMES
    if rest > 1:
        found = [*found[:MOST_NAMES], f"{rest:,} more"]
    return listed(found)


def _marked(text: str) -> PageLine:
    """A text in which what stands between two backticks is written in the language."""
    parts = text.split("`")
    return tuple(
        PageWords(part, "code") if index % 2 else part for index, part in enumerate(parts) if part
    )


def _more(count: int, what: str) -> tuple[PageBlock, ...]:
    return (Paragraph((f"... and {count:,} more {what}.",), is_note=True),) if count > 0 else ()
