"""What is said of a clause in a sentence: why it is settled, from what it follows, on which reading it rests."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from itertools import chain

from clausewise.checking.report import Checked, Report
from clausewise.checking.together import JudgedTogether
from clausewise.dsl.models.deployment import (
    AS_OF,
    Deployment,
    Fact,
    FactName,
    Terms,
    Value,
    value_in_words,
)
from clausewise.dsl.text.names import MOST_NAMED, how_many, listed
from clausewise.engine.advice.because import because, because_kept
from clausewise.engine.advice.readings import OtherReading
from clausewise.engine.core.outcomes import Outcome, Verdict
from clausewise.engine.judging.judgement import (
    ClauseJudgement,
    Finding,
    Judgement,
    VerdictArgument,
)
from clausewise.formats.report.alike import told_once
from clausewise.intake.evidence import Proof

SAID = {
    Outcome.VIOLATED: "violated",
    Outcome.UNDETERMINED: "undetermined",
    Outcome.REVIEW: "in review",
    Outcome.MET: "met",
    Outcome.NOT_APPLICABLE: "not applicable",
}
"""How an outcome is called where people read it."""
MOST_TOLD = 4
MOST_MISSING = 10
"""Facts that a clause lacks, and that are named in SARIF, JUnit and the log of a build. People read these in a
list of problems, and a clause of a short design can lack 80. `ask` and JSON name all."""
MANY_CLAIMS = 5
"""So many facts that rest on one file are remarked on."""
FEW_BYTES = 64
"""A file of fewer bytes is remarked on: hardly a form or a letter fits into them."""


def violated_in_order(report: Report) -> list[ClauseJudgement]:
    """The violated clauses: those first that rest on no reading, those last that follow from others."""
    found = [judged for judged in report.clauses if judged.outcome is Outcome.VIOLATED]
    return sorted(
        found, key=lambda j: (bool(follows_from(j, report)), bool(by_readings(j, report)))
    )


def follows_from(judged: ClauseJudgement, report: Report) -> list[str]:
    """The violated clauses because of which alone a clause is violated."""
    return [other.clause.short for other in report.judgement.follows_from(judged)]


def by_readings(judged: ClauseJudgement, report: Report) -> list[str]:
    """The readings on which a clause's outcome rests, each with what it would be by the others."""
    return [
        f"by the reading {reading}={report.judgement.readings[reading]}; {otherwise}"
        for reading, otherwise in _by_others(judged, report).items()
    ]


def changing_readings(judged: ClauseJudgement, report: Report) -> list[str]:
    """The readings another alternative of which changes a clause's outcome, each as `name=alternative`."""
    changing = {reading for reading, _ in otherwise_read(judged, report)}
    readings = report.judgement.readings
    names = report.policy.readings_of(judged.clause)
    return [f"{name}={readings[name]}" for name in names if name in changing]


def _by_others(judged: ClauseJudgement, report: Report) -> dict[str, str]:
    """By reading, what a clause would be by its other alternatives: `by registered it is undetermined`."""
    found: dict[str, list[str]] = {}
    for (reading, outcome), ways in otherwise_read(judged, report).items():
        found.setdefault(reading, []).append(f"by {' or '.join(ways)} it is {SAID[outcome]}")
    return {reading: ", ".join(told) for reading, told in found.items()}


def otherwise_read(judged: ClauseJudgement, report: Report) -> dict[tuple[str, Outcome], list[str]]:
    """By a reading and an outcome that a clause would have, the alternatives that lead to it."""
    others: dict[tuple[str, Outcome], list[str]] = {}
    for other in report.advice.other_readings:
        if outcome := other.changed.get(judged.clause.name):
            others.setdefault((other.reading, outcome), []).append(other.alternative)
    return others


def changes_by(other: OtherReading) -> list[str]:
    """What another reading changes, clause by clause: `alarm met`."""
    changes = [f"{clause} {SAID[outcome]}" for clause, outcome in other.changed.items()]
    return changes or ["each clause by itself stays as it is"]


def rests_on_read(
    judged: ClauseJudgement, findings: Iterable[Finding], report: Report
) -> tuple[str, bool]:
    """On which readings, and on which documents beside the text, findings of a violated clause rest.

    Returns:
        A sentence, which is empty if they rest on none; and whether they rest on a reading.
    """
    readings = [
        f"the reading {reading}={report.judgement.readings[reading]} ({otherwise})"
        for reading, otherwise in _by_others(judged, report).items()
    ]
    told = [*readings, *per_documents(findings, report)]
    return (f"Rests on {listed(told)}." if told else ""), bool(readings)


def per_documents(findings: Iterable[Finding], report: Report) -> list[str]:
    """The documents, other than the text itself, from which comes what findings of a violated clause rest on."""
    clauses = [f.clause.by(f.breaches) if f.breaches else f.clause for f in findings]
    readings = report.judgement.readings
    documents = [d for clause in clauses for d in report.policy.documents_of(clause, readings)]
    return list(dict.fromkeys(document.words for document in documents))


def argument_of(judged: ClauseJudgement) -> str:
    """Why a clause is settled though facts are missing, or why it is not known whether it is; else nothing."""
    if judged.not_exact:
        return f"it is not known whether it is settled in truth: {judged.not_exact}"
    argument = judged.argument
    if argument is None:
        return ""
    if not argument.values:
        facts = _cut(argument.facts, ", ") or "what is missing"
        return f"no way in which {facts} can turn out together comes to anything else"
    ways = [_whatever(*each) for each in zip(argument.facts, argument.values, strict=True)]
    return f"it is so whatever {' and '.join(ways)}"


def verdict_argument_of(judgement: Judgement) -> str:
    """Why a design is prohibited of which no clause alone is violated, or why that is not known; else nothing."""
    found = judgement.together
    if not found:
        return ""
    titles = {name: clause.title for name, clause in judgement.policy.clauses.items()}
    return _argument(found, titles, "one of {} is violated")


def argument_of_all(found: VerdictArgument | None) -> str:
    """The same of a design that no policy alone prohibits, but several together."""
    names = {name: name for name in found.some} if found else {}
    return _argument(found, names, "one of {} prohibits it") if found else ""


def arguments_of(whole: JudgedTogether) -> list[str]:
    """Both, as sentences: of each policy, which is named where there are several, and of all together."""
    several = len(whole.judgements) > 1
    told = [
        f"by {each.policy.full_name}, {argument}" if several else argument
        for each in whole.judgements
        if (argument := verdict_argument_of(each))
    ]
    told += [argument] if (argument := argument_of_all(whole.together)) else []
    return [as_sentence(argument[:1].upper() + argument[1:]) for argument in told]


def _argument(found: VerdictArgument, names: Mapping[str, str], saying: str) -> str:
    if found.not_exact:
        return f"it is not known whether the verdict is settled in truth: {found.not_exact}"
    said = saying.format(listed([names[one] for one in found.some]))
    if not found.fact:
        return f"{said}, however the missing facts turn out"
    ways: dict[str, list[Value]] = {}
    for value, one in found.cases:
        ways.setdefault(one, []).append(value)
    told = [f"{names[one]} where it is {_values(values)}" for one, values in ways.items()]
    return f"{said} whatever `{found.fact}` is: {', '.join(told)}"


def why_together(report: Report) -> str:
    """Why a design is prohibited by several clauses together; nothing if it is not, or if that does not count."""
    found = report.judgement.together
    counts = report.counted is Verdict.PROHIBITED
    return verdict_argument_of(report.judgement) if found and found.some and counts else ""


def why_all_together(result: Checked) -> str:
    """Why a design is prohibited by several policies together; nothing if it is not, or if that does not count."""
    found = result.together
    counts = result.counted is Verdict.PROHIBITED
    return argument_of_all(found) if found and found.some and counts else ""


def _values(values: Sequence[Value]) -> str:
    """Values of which something is so; of many, the first. Of quantities, they are those that were tried."""
    shown = [value_in_words(value) for value in values[:MOST_TOLD]]
    rest = len(values) - len(shown)
    return listed([*shown, *([f"one of {rest} others"] if rest else [])], "or")


def _whatever(fact: FactName, values: Sequence[Value]) -> str:
    """`acme.kind` is (company, police or school): of quantities, the values that were tried say nothing."""
    words = [value_in_words(value) for value in values if isinstance(value, Terms)]
    return f"`{fact}` is ({listed(words, 'or')})" if len(words) == len(values) else f"`{fact}` is"


def documents_of(judged: ClauseJudgement, report: Report) -> list[str]:
    """The documents, other than the text itself, from which comes what a clause rests on, however it ended."""
    if judged.outcome is Outcome.VIOLATED:
        violated = [found for found in judged.findings if found.outcome is Outcome.VIOLATED]
        return per_documents(violated, report)
    documents = report.policy.documents_of(judged.clause, report.judgement.readings)
    return [document.words for document in documents]


def sentence_of(judged: ClauseJudgement, report: Report) -> str:
    """Why a clause ended so: in the policy's own sentence, or the facts that decide it; or for what it waits."""
    if follows := follows_from(judged, report):
        return f"follows from {listed(follows)}"
    if judged.is_open:
        missing = told_once(judged.missing, report.deployment)
        return f"waits for {_cut(missing, ', ')}" if missing else "the draft may still grow"
    if judged.clause.name in report.policy.derived and judged.outcome is Outcome.MET:
        return "none of the clauses that it names is violated"
    if judged.outcome is Outcome.VIOLATED and judged.clause.breaches:
        found = next(f for f in judged.findings if f.outcome is Outcome.VIOLATED)
        return because(found, report.deployment)
    if said := because_kept(judged, report.deployment):
        return said
    told = told_with_values(values_first(judged.facts, report.deployment), report.deployment)
    return _cut(told, "; ", MOST_NAMED) if told else _NOTHING[judged.outcome]


def rests_on_in_words(report: Report) -> str:
    """On how many facts a verdict rests, and who answers for them."""
    names = frozenset(chain.from_iterable(judged.facts for judged in report.clauses))
    judged = [fact for fact in report.advice.rests_on if fact.attestations]
    people = [by.by.text for fact in judged for by in fact.attestations]
    proven = sum(bool(f.evidence) for f in report.advice.rests_on)
    claimed = len(names) - sum(bool(f.evidence or f.attestation) for f in report.advice.rests_on)
    parts = [f"{len(judged)} judged by {listed(list(dict.fromkeys(people)))}"] if people else []
    parts += [f"{proven} with evidence"] if proven else []
    parts += [f"{claimed} as claimed"] if claimed else []
    return f"Rests on {len(names):,} stated facts: {', '.join(parts)}." if names else ""


def remarks_on_evidence(facts: Iterable[Fact], proofs: Mapping[str, Proof]) -> list[str]:
    """What is odd about evidence, for the reader to judge: many facts by one file, hardly a byte in it, a copy.

    Where evidence is optional, it is not looked at, and that is said, too.
    """
    used = Counter(text for fact in facts for text in fact.evidence)
    files = {text: proofs[text] for text in used if text in proofs and proofs[text].sha256}
    of_digest: dict[str, list[str]] = {}
    for text, proof in files.items():
        of_digest.setdefault(proof.sha256, []).append(text)
    found = []
    if any(text not in proofs for text in used):
        found.append("Nobody looked at the evidence: `--evidence required` does.")
    for same in of_digest.values():
        named, count = listed([f"`{text}`" for text in same]), sum(used[text] for text in same)
        if len(same) > 1:
            found.append(f"{named} are the same file, byte for byte.")
        if count >= MANY_CLAIMS:
            found.append(
                f"{named} {'is' if len(same) == 1 else 'are'} the evidence for {count} facts."
            )
        if 0 < (size := files[same[0]].size) < FEW_BYTES:
            each = "each " if len(same) > 1 else ""
            found.append(f"{named} {'hold' if each else 'holds'} {each}{how_many(size, 'byte')}.")
    return found


_NOTHING = {
    Outcome.VIOLATED: "whatever is stated",
    Outcome.MET: "whatever is stated",
    Outcome.NOT_APPLICABLE: "the design lists nothing that it is about",
}


def more_findings(rest: int) -> str:
    """How many findings are not shown: `1 more finding`, `12 more findings`."""
    return f"{rest:,} more finding{'s' if rest > 1 else ''}"


def missing_in_words(judged: ClauseJudgement) -> str:
    """The facts that a clause lacks, by their names; of more than `MOST_MISSING` how many they are."""
    names = [str(name) for name in judged.missing[:MOST_MISSING]]
    if (rest := len(judged.missing) - MOST_MISSING) > 0:
        names.append(f"and {rest:,} more")
    return ", ".join(names)


def as_sentence(words: str) -> str:
    """The words with a full stop, unless they end a sentence already."""
    return words if words.endswith((".", "!", "?")) else f"{words}."


def _cut(told: Sequence[str], by: str, most: int = MOST_TOLD) -> str:
    rest = len(told) - most
    return by.join(told[:most]) + (f"{by}and {rest:,} more" if rest > 0 else "")


def values_first(facts: Iterable[FactName], deployment: Deployment) -> list[FactName]:
    """Facts in the order in which they say why: where it is, other values, then who refers to whom.

    `gate.place GB` says why a law of Illinois does not apply; `gate-check.camera gate` only leads there.
    """

    def rank(name: FactName) -> tuple[int, int]:
        fact = deployment.fact(name)
        if fact is None:
            return -1, 0  # the date of judging
        kind = 2 if fact.field.is_reference else int(fact.field.target != "place")
        return kind, fact.span.start if fact.span else 0

    return sorted(facts, key=rank)


def told_with_values(facts: Sequence[FactName], deployment: Deployment) -> list[str]:
    """Facts in words, with their values, by entity; entities of which the same is to be told together."""
    by_entity: dict[str, list[Fact]] = {}
    days = [f"it is judged as of {deployment.as_of}" for fact in facts if fact == AS_OF]
    for fact in filter(None, map(deployment.fact, facts)):
        by_entity.setdefault(fact.entity, []).append(fact)
    alike: dict[tuple[str, str], list[str]] = {}
    for entity, stated in by_entity.items():
        words = ", ".join(f"{fact.field.name} {value_in_words(fact.value)}" for fact in stated)
        alike.setdefault((deployment.entities[entity].type.name, words), []).append(entity)
    told = []
    for (_, words), (first, *others) in alike.items():
        spans = [fact.span for fact in by_entity[first] if fact.span]
        lines = sorted({deployment.source.position(span.start)[0] for span in spans})
        place = (
            f" ({'lines' if len(lines) > 1 else 'line'} {listed([*map(str, lines)])})"
            if lines
            else ""
        )
        has = "has" if len(others) == 1 else "have"
        more = f", and so {has} {how_many(len(others), 'other')}" if others else ""
        told.append(f"{first} has {words}{place}{more}")
    return days + told


def joint_reading_in_words(report: Report) -> str:
    """Which readings lift a prohibition only together; empty if none do."""
    found = report.advice.joint_reading
    if found is None:
        return ""
    ways = listed([f"{reading}={way}" for reading, way in found.alternatives.items()])
    return f"By the readings {ways} together it would be {report.policy.shown(found.verdict)}."


def what_can_change(report: Report) -> str:
    """What can still change that a design is prohibited: no fact, but perhaps another reading of a text."""
    otherwise = {other.verdict for other in report.advice.other_readings}
    by_another = any(one.is_by_reading for found in report.by_laws.values() for one in found)
    if otherwise - {report.verdict} or by_another:
        return "no fact can change this, another reading may"
    if report.advice.joint_reading:
        return "no fact can change this, other readings together may"
    if report.advice.readings_could_lift:
        return "no fact can change this, and no other reading by itself"
    return "nothing else can change this"
