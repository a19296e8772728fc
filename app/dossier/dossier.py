"""The dossier of a design: what a reviewer signs, as one finished value."""

from __future__ import annotations

from collections.abc import Iterator

from clausewise.checking.report import Checked, Report
from clausewise.checking.together import SEVERITY
from clausewise.dossier.diagram import Diagram, diagram_of
from clausewise.dsl.startup.lean import lean_dataclass, replace
from clausewise.dsl.text.source import Source
from clausewise.engine.core.policy import policies_read
from clausewise.intake.access import Access
from clausewise.intake.evidence import Examine, examiner


@lean_dataclass(frozen=True, slots=True)
class Fingerprint:
    """What tells whether a file is the one that was judged: its SHA-256.

    Attributes:
        kind: `design`, `policy`, `vocabulary` or `evidence`.
        name: of a policy with its version, as it is named in a design; of evidence what the design says.
        sha256: empty for evidence that was not looked at, or that does not count.
        doubt: why evidence does not count; empty if it does.
    """

    kind: str
    name: str
    sha256: str
    doubt: str = ""


@lean_dataclass(frozen=True, slots=True)
class Dossier:
    """A design, judged by each of its policies, and the fingerprints of all that took part.

    Attributes:
        name: the name of the design's file, without its folders.
        reports: what each policy says of it.
        diagram: the design, with what all of them found.
        evidence_required: whether claims counted only with their evidence.
    """

    name: str
    source: Source
    reports: tuple[Report, ...]
    diagram: Diagram
    fingerprints: tuple[Fingerprint, ...]
    evidence_required: bool

    @property
    def gravest(self) -> Report:
        """The report with the verdict on the whole."""
        return min(self.reports, key=lambda report: SEVERITY.index(report.verdict))

    @property
    def title(self) -> str:
        """The design's title."""
        return self.reports[0].deployment.title


def dossier_of(
    checked: Checked, access: Access, *, evidence_required: bool, examine: Examine | None = None
) -> Dossier:
    """The dossier of a design that every policy could judge.

    All evidence that the design names is looked at, whether or not it was for the verdict: an open verdict rests
    on little, and might be another without some of it.

    Args:
        checked: what came of the design: at least one report.
        access: where evidence may lie.
        evidence_required: whether claims counted only with their evidence.
        examine: what looks at evidence, where it is kept by somebody else.
    """
    examine = examine or examiner(checked.path, access)
    reports = []
    for report in checked.reports:
        entities = report.deployment.entities.values()
        facts = [fact for entity in entities for fact in entity.facts.values()]
        texts = dict.fromkeys(text for fact in facts for text in fact.evidence)
        reports.append(replace(report, proofs={text: examine(text) for text in texts}))
    source = reports[0].source
    name = source.path.replace("\\", "/").rpartition("/")[2]
    return Dossier(
        name,
        source,
        tuple(reports),
        diagram_of(*reports),
        tuple(dict.fromkeys(_fingerprints(name, reports))),
        evidence_required,
    )


def _fingerprints(name: str, reports: list[Report]) -> Iterator[Fingerprint]:
    yield Fingerprint("design", name, reports[0].source.sha256)
    for report in reports:
        for policy in policies_read([report.policy]):
            yield Fingerprint("policy", policy.full_name, policy.source.sha256)
            vocabulary = policy.vocabulary
            yield Fingerprint("vocabulary", vocabulary.name, vocabulary.source.sha256)
    for report in reports:
        for proof in report.proofs.values():
            yield Fingerprint("evidence", proof.text, proof.sha256, proof.doubt)
