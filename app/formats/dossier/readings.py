"""The readings in force, what another one would change, and the documents from which conditions come."""

from __future__ import annotations

from clausewise.checking.report import Report
from clausewise.formats.dossier.document import (
    PageBlock,
    PageItems,
    PageLine,
    PagePiece,
    PageSection,
    PageTable,
    PageWords,
    Paragraph,
)
from clausewise.formats.dossier.words import few
from clausewise.formats.report.sentences import changes_by, joint_reading_in_words


def readings(report: Report, prefix: str) -> PageSection | None:
    """The readings in force and the documents of a policy; `None` if its text has one reading alone."""
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
            told.append(f"{other.alternative}: {verdict}; {few(changes_by(other))}")
    return ". ".join(told) or "nothing would change"
