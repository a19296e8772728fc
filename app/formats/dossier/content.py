"""What a dossier says, and in which order: for HTML, PDF and Markdown alike."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Sequence

from clausewise.checking.check import Report
from clausewise.checking.together import SEVERITY, clauses_asking
from clausewise.dossier.diagram import Diagram, DiagramNode
from clausewise.dossier.dossier import Dossier, Fingerprint
from clausewise.dsl.models.deployment import AS_OF, Fact, show_value
from clausewise.dsl.text.names import how_many, listed
from clausewise.engine.advice.because import because
from clausewise.engine.advice.questions import Question
from clausewise.engine.advice.undecisive import rank, undecisive
from clausewise.engine.core.outcomes import Outcome, Verdict
from clausewise.formats.dossier.clauses import clauses, place
from clausewise.formats.dossier.document import (
    MOST_LINES,
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
from clausewise.formats.report.alike import and_others_said, by_sentence, for_whom, groups_of
from clausewise.formats.report.heading import (
    SAID,
    by_which_readings,
    none_applies,
    none_applies_in_words,
)
from clausewise.formats.report.sentences import (
    as_sentence,
    changes_by,
    follows_from,
    joint_reading_in_words,
    more_findings,
    remarks_on_evidence,
    rests_on_in_words,
    rests_on_read,
    violated_in_order,
)
from clausewise.formats.report.told import told_fact
from clausewise.intake.judges import origin_of

MOST_QUESTIONS = 100
MOST_RESTS = MOST_FINGERPRINTS = 100
MOST_EVIDENCE = 10
"""Of a fact."""
MOST_UNDECISIVE = 60
MOST_NODES = 200
"""Nodes of the diagram that are told of in words."""
MOST_CHARACTERS = 300
"""Of a line of the design."""
MOST_NAMES = 5


def content(dossier: Dossier, version: str) -> Page:
    """The whole of it.

    Args:
        dossier: the finished value.
        version: of Clausewise.
    """
    reports = dossier.reports
    several = len(reports) > 1
    prefixes = [f"p{number}-" if several else "" for number in range(1, len(reports) + 1)]
    judged = [_whole(dossier, prefixes)] if several else []
    judged += [
        _elsewhere(report, prefix, dossier)
        if several and report.verdict is Verdict.NOT_APPLICABLE
        else _judged(report, prefix, dossier, several=several)
        for report, prefix in zip(reports, prefixes, strict=True)
    ]
    asked = None if not several or dossier.gravest.verdict.is_open else _questions(reports, "")
    closing = [_undecisive(dossier), _design(dossier), _fingerprints(dossier), _signature()]
    sections = tuple(part for part in (*judged, asked, *closing) if part)
    return Page(dossier.title, tuple(_opening(dossier, version)), sections)


def _opening(dossier: Dossier, version: str) -> Iterator[PageBlock]:
    report = dossier.reports[0]
    draft = ", a draft" if report.deployment.draft else ""
    as_of = {one.deployment.as_of for one in dossier.reports}
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
    yield from _notices(dossier)


def _notices(dossier: Dossier) -> Iterator[PageBlock]:
    """What policies want whoever signs to know beforehand, each once."""
    policies: dict[str, list[str]] = {}
    for report in dossier.reports:
        if report.policy.notice:
            policies.setdefault(report.policy.notice, []).append(_judge(report, dossier))
    if len(dossier.reports) == 1:
        for notice in policies:
            yield Paragraph((PageWords(notice, "strong"),))
    elif policies:
        lines = [(PageWords(listed(of), "strong"), f": {said}") for said, of in policies.items()]
        yield PageItems(tuple(lines))


def _whole(dossier: Dossier, prefixes: Sequence[str]) -> PageSection:
    """What several policies come to together, and each of them. What is open stands here where it matters."""
    gravest = dossier.gravest
    rows = tuple(
        (
            (PageWords(_judge(report, dossier), to=f"{prefix}verdict"),),
            (PageWords(report.verdict_shown, "strong"),),
            (f"{_summary(report)}.",),
        )
        for report, prefix in zip(dossier.reports, prefixes, strict=True)
    )
    said = f"The gravest of the verdicts by {len(rows)} policies, of which each has a part below."
    table = PageTable(
        "Verdicts by policies", (("Policy", 40), ("Verdict", 20), ("Its clauses", 40)), rows
    )
    result = gravest.verdict, gravest.verdict_shown
    asked = (_questions(dossier.reports, ""),) if gravest.verdict.is_open else ()
    parts = (*asked, _diagram(dossier.diagram, ""))
    blocks = Paragraph((said,)), table
    return PageSection("verdict", "Verdict on the whole", blocks, parts, result)


def _elsewhere(report: Report, prefix: str, dossier: Dossier) -> PageSection:
    """What is said of a policy that does not apply, beside others that do: why, and by what it was judged."""
    why = as_sentence(f"{none_applies(report.policy)} {none_applies_in_words(report)}")
    blocks = Paragraph((why,)), Paragraph((*_by(report), "."))
    result = report.verdict, report.verdict_shown
    return PageSection(
        f"{prefix}verdict", f"Verdict by {_judge(report, dossier)}", blocks, (), result
    )


def _by(report: Report) -> PageLine:
    """By what a design was judged, and by which readings."""
    policy = report.policy
    chosen = f", {by_which_readings(report)}" if policy.readings else ""
    return "Judged by ", PageWords(policy.full_name, "code"), f" from {origin_of(policy)}{chosen}"


def _judge(report: Report, dossier: Dossier) -> str:
    """What a policy is called: its title, and its version as well where another of the dossier has the same."""
    policy = report.policy
    titles = [one.policy.title for one in dossier.reports]
    if titles.count(policy.title) > 1:
        return f"{policy.title} ({policy.full_name})".lstrip()
    return policy.title or policy.full_name


def _summary(report: Report) -> str:
    """How many clauses came to what."""
    counts = Counter(judged.outcome for judged in report.clauses)
    return listed([f"{counts[o]} {SAID[o]}" for o in Outcome if counts[o]])


def _judged(report: Report, prefix: str, dossier: Dossier, *, several: bool) -> PageSection:
    """What one policy comes to. What is open stands first where it matters on the whole, in each part alike."""
    asked = None if several else _questions([report], prefix)
    first, last = (asked, None) if dossier.gravest.verdict.is_open else (None, asked)
    parts = [
        first,
        None if several else _diagram(dossier.diagram, prefix),
        clauses(report, prefix),
        last,
        _readings(report, prefix),
        _rests_on(report, prefix, dossier),
    ]
    return PageSection(
        f"{prefix}verdict",
        f"Verdict by {_judge(report, dossier)}",
        tuple(_verdict(report, prefix)),
        tuple(part for part in parts if part),
        (report.verdict, report.verdict_shown),
    )


def _verdict(report: Report, prefix: str) -> Iterator[PageBlock]:
    settled = (
        "Nothing that is still open can change the verdict."
        if report.advice.settled
        else "What is still open can change the verdict."
    )
    clauses = how_many(len(report.clauses), "clause")
    yield Paragraph((f"Of {clauses}, {_summary(report)}. {settled}",))
    yield Paragraph((*_by(report), "."))
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


def _violated(name: str, report: Report, prefix: str) -> PageLine:
    judged = next(one for one in report.clauses if one.clause.name == name)
    title = PageWords(judged.clause.title, to=f"{prefix}clause-{name}")
    if follows := follows_from(judged, report):
        return (title, f": follows from {listed(follows)}.")
    findings = [found for found in judged.findings if found.outcome is Outcome.VIOLATED]
    first, *others = by_sentence(groups_of(judged, report), report)
    said = f": {because(first[0], report.deployment)}"
    beside = f"{and_others_said(first)}{for_whom(first)}"
    more = f", and {more_findings(sum(map(len, others)))}" if others else ""
    rests, by_reading = rests_on_read(judged, findings, report)
    return (title, as_sentence(f"{said}{beside}{more}"), f" {rests}" if by_reading else "")


# what is open


def _questions(reports: Sequence[Report], prefix: str) -> PageSection:
    """What is still to be asked, each once; of several policies first what bears on most clauses of all."""
    asked_by: dict[str, list[tuple[Report, Question]]] = {}
    for report in reports:
        for question in report.advice.questions:
            asked_by.setdefault(question.fact, []).append((report, question))
    asked = sorted(asked_by.values(), key=lambda by: -sum(len(q.clauses) for _, q in by))
    if len(reports) == 1:
        asked = [*asked_by.values()]
    if not asked:
        return PageSection(
            f"{prefix}questions", "Open questions", (Paragraph(("None: all is settled.",)),)
        )
    shown = asked[:MOST_QUESTIONS]
    is_open = min((r.verdict for r in reports), key=SEVERITY.index).is_open
    bears = "" if is_open else " None of them can change the verdict any more."
    said = f"{len(asked):,} fact{' is' if len(asked) == 1 else 's are'} unknown and can matter to a clause.{bears}"
    table = PageTable(
        "Open questions",
        (("Fact", 25), ("Question", 43), ("Bears on", 18), ("Asks for", 14)),
        tuple(_question(by, several=len(reports) > 1) for by in shown),
    )
    return PageSection(
        f"{prefix}questions",
        "Open questions",
        (Paragraph((said,)), table, *_more(len(asked) - len(shown), "questions")),
    )


def _question(by: Sequence[tuple[Report, Question]], *, several: bool) -> tuple[PageLine, ...]:
    """A question, as one policy asks it or several do, and the clauses on which it bears."""
    bears = []
    policies = [report.policy.name for report, _ in by]
    for report, same in by:
        names = clauses_asking(same, report.policy, policies)
        if not names:
            continue
        titles = _few([report.policy.clauses[name].short for name in names])
        bears.append(f"{report.policy.name}: {titles}" if several else titles)
    question = by[0][1]
    doubt = () if not question.doubt else (f" (stated, but {question.doubt})",)
    if question.doubt and question.fact == AS_OF:
        doubt = (f" ({question.doubt})",)
    what = "a judgement" if question.kind == "judgement" else "a fact"
    return (
        (PageWords(question.fact, "code"),),
        (*_marked(question.ask), *doubt),
        ("; ".join(bears),),
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
    return f"{node.names[0]} and {how_many(others, 'other')} alike" if others else node.names[0]


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
    if together := joint_reading_in_words(report):
        said += f" {together}"
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
            verdict = (
                "the verdict stays"
                if other.verdict is report.verdict
                else f"it would be {report.policy.shown(other.verdict)}"
            )
            told.append(f"{other.alternative}: {verdict}; {_few(changes_by(other))}")
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
    remarks = remarks_on_evidence(facts, report.proofs)
    noted = (PageItems(tuple(_marked(remark) for remark in remarks)),) if remarks else ()
    blocks = Paragraph((said,)), table, *more, *noted
    return PageSection(f"{prefix}rests", "What it rests on", blocks)


def _undecisive(dossier: Dossier) -> PageSection | None:
    """The facts that are stated and decide no clause of any policy: what speaks against it would be among them."""
    each = [undecisive(report.judgement) for report in dossier.reports]
    said_of: dict[str, tuple[Fact, Report]] = {}
    for facts, report in zip(each, dossier.reports, strict=True):
        said_of |= {fact.name: (fact, report) for fact in facts}
    for report, facts in zip(dossier.reports, each, strict=True):
        stated = [f.name for e in report.deployment.entities.values() for f in e.facts.values()]
        for name in set(stated) - {fact.name for fact in facts}:
            said_of.pop(name, None)
    if not said_of:
        return None
    found = sorted(said_of.values(), key=lambda one: rank(one[0]))
    said = (
        "Facts that the design states and that are no part of the reason of any clause, which is the smallest set "
        "that settles it: look whether one of them speaks against the verdict. Those for which somebody answers, "
        "or that have evidence, come first."
    )
    shown = found[:MOST_UNDECISIVE]
    rows = tuple(_stated(fact, report) for fact, report in shown)
    head = (("Fact", 32), ("Value", 28), ("Where", 11), ("Rests on", 29))
    table = PageTable("Stated, and deciding no clause", head, rows)
    more = _more(len(said_of) - len(shown), "facts")
    return PageSection(
        "undecisive", "Stated, and deciding no clause", (Paragraph((said,)), table, *more)
    )


def _stated(fact: Fact, report: Report) -> tuple[PageLine, ...]:
    told = told_fact(fact.name, report)
    return (PageWords(told.name, "code"),), (told.value,), place(told.line), (told.support,)


def _rest(fact: Fact, dossier: Dossier) -> tuple[PageLine, ...]:
    people = []
    for by in fact.attestations:
        on = f" on {by.on.value}" if by.on else ""
        because = f": “{by.because.text}”" if by.because else ""
        people.append(f"{by.by.text}{on}{because}")
    found = {one.name: one for one in dossier.fingerprints if one.kind == "evidence"}
    pieces: list[PagePiece] = []
    for text in fact.evidence[:MOST_EVIDENCE]:
        pieces += ["; "] if pieces else []
        pieces += [PageWords(text, "code"), f" {_state(found[text])}"]
    if (rest := len(fact.evidence) - MOST_EVIDENCE) > 0:
        pieces.append(f"; and {rest:,} more")
    if not pieces:
        pieces = ["none" if people else "needs evidence, and has none"]
    if fact.imported:
        pieces += ["; imported from ", PageWords(fact.imported[0], "code")]
        more = len(fact.imported) - 1
        pieces += [f" and {more} more"] if more else []
    return (
        (PageWords(fact.name, "code"),),
        (show_value(fact.value),),
        ("; ".join(people) or "nobody",),
        tuple(pieces),
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
        for one in dossier.fingerprints[:MOST_FINGERPRINTS]
    )
    table = PageTable("Fingerprints", (("What", 12), ("Name", 24), ("SHA-256", 64)), rows)
    more = _more(len(dossier.fingerprints) - MOST_FINGERPRINTS, "files, which `attest` names")
    return PageSection("fingerprints", "Fingerprints", (Paragraph((said,)), table, *more))


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
