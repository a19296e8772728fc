"""What is attested of a design: an in-toto Statement, version 1, about its file, whose predicate is the verdict.

<https://github.com/in-toto/attestation/blob/main/spec/v1/statement.md> says what a statement is. It holds no date
but that of judging, so the same files give the same bytes.
"""

from __future__ import annotations

import json

import msgspec

from clausewise.checking.report import Report
from clausewise.dossier.dossier import Dossier
from clausewise.dsl.json.places import TwiceError, once
from clausewise.dsl.text.diagnostic import Diagnostic, InvalidError
from clausewise.engine.core.policy import Policy, policies_read
from clausewise.intake.evidence import Proof

STATEMENT = "https://in-toto.io/Statement/v1"
PREDICATE = "urn:clausewise:verdict:1"


class _StatementPart(msgspec.Struct, frozen=True, rename="camel", forbid_unknown_fields=True):
    """A part of a statement. What it does not know, it refuses: somebody signed it, and meant something by it."""


class Resource(_StatementPart, frozen=True):
    """A file that took part, by its name and its digest (`sha256`, in hexadecimal digits)."""

    name: str
    digest: dict[str, str]


class AttestedJudgement(_StatementPart, frozen=True):
    """What a policy made of the design, and all on which that depends.

    Attributes:
        policy: with its version in its name.
        source: the text that the policy follows, as the policy says.
        relies_on: the other policies on which it depends.
        readings: the alternative in force of each reading.
        as_of: the date of judging, if there was one.
        clauses: the outcome of each clause.
        evidence: the files that the design names as evidence, and that count, by these names.
        unseen: evidence that the design names and that is not there, does not count, or is an address.
    """

    policy: Resource
    source: str
    vocabulary: Resource
    relies_on: list[Resource]
    readings: dict[str, str]
    as_of: str | None
    verdict: str
    settled: bool
    clauses: dict[str, str]
    evidence: list[Resource]
    unseen: list[str]


class Predicate(_StatementPart, frozen=True):
    """The verdict: by which version of Clausewise, and whether claims counted only with their evidence."""

    clausewise: str
    evidence_required: bool
    judgements: list[AttestedJudgement]


class AttestedStatement(_StatementPart, frozen=True, kw_only=True):
    """The whole. Its one subject is the design."""

    type: str = msgspec.field(name="_type", default=STATEMENT)
    subject: list[Resource]
    predicate_type: str = PREDICATE
    predicate: Predicate


def statement_of(dossier: Dossier, version: str) -> AttestedStatement:
    """What there is to attest of a design.

    Args:
        dossier: the finished value.
        version: of Clausewise.
    """
    judgements = [_judgement(report) for report in dossier.reports]
    return AttestedStatement(
        subject=[_resource(dossier.name, dossier.source.sha256)],
        predicate=Predicate(
            clausewise=version, evidence_required=dossier.evidence_required, judgements=judgements
        ),
    )


def as_payload(statement: AttestedStatement) -> bytes:
    """The bytes that are signed. A statement has one form."""
    return msgspec.json.encode(statement)


def from_payload(payload: bytes) -> AttestedStatement:
    """The statement in a payload.

    Raises:
        InvalidError: it holds none of this kind.
    """
    try:
        statement = msgspec.json.decode(payload, type=AttestedStatement)
        json.loads(payload, object_pairs_hook=once)
    except TwiceError as error:
        raise _unknown(f"`{error.key[:100]}` stands twice in one object") from None
    except (msgspec.DecodeError, UnicodeDecodeError, RecursionError) as error:
        raise _unknown(str(error)) from None
    if (statement.type, statement.predicate_type) != (STATEMENT, PREDICATE):
        raise _unknown(f"it is of the kind `{statement.predicate_type[:100]}`")
    if len(statement.subject) != 1 or not statement.predicate.judgements:
        raise _unknown("it must be about one design, and hold a verdict")
    return statement


def _unknown(why: str) -> InvalidError:
    message = f"the statement is none of a verdict that this version knows: {why}"
    hint = f"it must be a statement of `{PREDICATE}`, as `clausewise attest` makes it"
    return InvalidError([Diagnostic("E562", message, hint=hint)])


def _judgement(report: Report) -> AttestedJudgement:
    policy, *others = policies_read([report.policy])
    proofs = report.proofs.values()
    return AttestedJudgement(
        policy=_policy(policy),
        source=policy.origin,
        vocabulary=_resource(policy.vocabulary.name, policy.vocabulary.source.sha256),
        relies_on=[_policy(other) for other in others],
        readings=dict(report.judgement.readings),
        as_of=str(report.deployment.as_of) if report.deployment.as_of else None,
        verdict=report.verdict.value,
        settled=report.advice.settled,
        clauses={judged.clause.name: judged.outcome.value for judged in report.clauses},
        evidence=[_resource(proof.text, proof.sha256) for proof in proofs if _counts(proof)],
        unseen=[proof.text for proof in proofs if not _counts(proof)],
    )


def _counts(proof: Proof) -> bool:
    return bool(proof.sha256) and not proof.doubt


def _policy(policy: Policy) -> Resource:
    return _resource(policy.full_name, policy.source.sha256)


def _resource(name: str, sha256: str) -> Resource:
    return Resource(name=name, digest={"sha256": sha256})
