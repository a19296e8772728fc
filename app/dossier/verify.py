"""Whether an attestation holds: a trusted key signed it, of these very files, and judging gives the same again."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from datetime import date
from pathlib import Path

from clausewise.checking.check import check_source
from clausewise.checking.options import Options
from clausewise.checking.report import Checked, Report
from clausewise.dossier.dossier import Dossier, dossier_of
from clausewise.dossier.signing import SigningKey
from clausewise.dossier.statement import (
    AttestedJudgement,
    AttestedStatement,
    Resource,
    from_payload,
    statement_of,
)
from clausewise.dsl.files.reading import MAX_BYTES, UnreadableError, read_bytes, shown
from clausewise.dsl.startup.lean import lean_dataclass, replace
from clausewise.dsl.text.diagnostic import Diagnostic, InvalidError
from clausewise.dsl.text.names import is_policy
from clausewise.dsl.text.source import Source
from clausewise.intake import texts
from clausewise.intake.access import Access
from clausewise.intake.designs import source_of
from clausewise.intake.evidence import Examine, Proof
from clausewise.intake.judges import MOST_POLICIES

ATTESTATIONS = (".statement.json", ".dsse.json")
"""How the files end in which the desk, and the examples of `attest`, keep an attestation."""
PDF_BEGINS = b"%PDF-"
MOST_TOLD = 20


@lean_dataclass(frozen=True, slots=True)
class Verified:
    """An attestation that holds.

    Attributes:
        design: the path of the design's file.
        statement: what was attested.
        dossier: what came of judging again: the same.
        others: how many other signatures nobody looked at.
        is_in_pdf: whether it is what a PDF carries. Of what its pages say, nobody signed anything.
        not_seen: evidence that is not beside the PDF, and counts by the digest that was attested.
    """

    design: str
    statement: AttestedStatement
    dossier: Dossier
    others: int
    is_in_pdf: bool = False
    not_seen: frozenset[str] = frozenset()


@lean_dataclass(frozen=True, slots=True)
class _Held:
    """What is to be verified.

    Attributes:
        path: of the file, beside which the others are looked for.
        content: the attestation.
        carried: the files that came with it in a PDF, by their names; `None` if it is a file of its own.
    """

    path: Path
    content: bytes
    carried: Mapping[str, bytes] | None = None


def verify(
    attestation: Path, key: SigningKey, design: Path | None, options: Options, version: str
) -> Verified:
    """Look whether an attestation holds.

    Args:
        attestation: its file, a PDF that carries it, or the folder that holds it, and no other.
        key: of whoever is trusted to sign. A key that comes with the attestation is not one.
        design: the design's file; without it, the one beside the attestation that is called as the attested one.
        options: what may be opened, and which policies may judge. How to judge is what was attested.
        version: of Clausewise.

    Raises:
        InvalidError: it does not hold. What differs is said.
    """
    attestation = _only_one_in(attestation) if attestation.is_dir() else attestation
    held = _held(attestation, options.access)
    signed = key.opened(held.content)
    statement = from_payload(signed.payload)
    (subject,) = statement.subject
    source = _design(subject, held, design, options)
    if source.sha256 != subject.digest.get("sha256"):
        raise _differs([f"the design `{source.path}` is another file than was attested"])
    seen = options.examine_for(source.path)
    known = _attested_evidence(statement) if held.carried is not None else {}
    examine = _or_as_attested(seen, known)
    dossier = _judged_again(statement, source, replace(options, examine=examine))
    again = statement_of(dossier, version)
    if told := list(_differences(statement, again)):
        raise _differs(told)
    not_seen = frozenset(text for text in known if seen(text).is_missing)
    is_in_pdf = held.carried is not None
    is_carried = is_in_pdf and design is None
    shown_as = f"{dossier.name}, in {shown(attestation)}" if is_carried else source.path
    return Verified(shown_as, statement, dossier, signed.others, is_in_pdf, not_seen)


def _held(path: Path, access: Access) -> _Held:
    is_pdf = path.suffix.lower() == ".pdf"
    limit = access.max_bytes if is_pdf else MAX_BYTES
    try:
        content = read_bytes(path, access.around(path), limit)
    except UnreadableError as error:
        raise _invalid(
            "E100", f"`{shown(path)}` {error}", "give the file of an attestation"
        ) from None
    return (
        _carried(path, content, limit)
        if is_pdf or content.startswith(PDF_BEGINS)
        else _Held(path, content)
    )


def _carried(path: Path, content: bytes, limit: int) -> _Held:
    """The attestation that a PDF carries, and what it carries beside it."""
    from clausewise.dossier.carried import files_in  # which brings processes along

    found = files_in(content, limit)
    if twice := [name for name, count in Counter(name for name, _ in found).items() if count > 1]:
        message = f"`{shown(path)}` carries two files that are called `{twice[0][:100]}`"
        raise _invalid("E562", message, "give the PDF as it was sent")
    statements = [content for name, content in found if name.lower().endswith(ATTESTATIONS)]
    if len(statements) != 1:
        message = (
            f"`{shown(path)}` carries {len(statements) or 'no'} attestation{'s' * bool(statements)}"
        )
        raise _invalid("E562", message, "give a letter of the desk, or the file of an attestation")
    return _Held(path, statements[0], dict(found))


def _attested_evidence(statement: AttestedStatement) -> dict[str, str]:
    """The digest of each file of evidence that was attested, by what the design says."""
    judgements = statement.predicate.judgements
    return {one.name: one.digest.get("sha256", "") for each in judgements for one in each.evidence}


def _or_as_attested(examine: Examine, known: Mapping[str, str]) -> Examine:
    """Evidence that is not there counts as it was attested, where only its digest came along.

    Whoever signed has seen the file, and says so under their name; what lies here is looked at in its place.
    """

    def look(text: str) -> Proof:
        found = examine(text)
        return Proof(text, known[text]) if found.is_missing and text in known else found

    return look


def _only_one_in(folder: Path) -> Path:
    """The attestation in a folder: that of a letter of the desk, unpacked, for example."""
    try:
        found = sorted(
            path.name for path in folder.iterdir() if path.name.lower().endswith(ATTESTATIONS)
        )
    except OSError as error:
        raise _invalid(
            "E100", f"`{shown(folder)}` cannot be read: {error.strerror}", "give the file"
        ) from None
    if len(found) != 1:
        which = f"{len(found)} attestations, such as `{found[0]}`" if found else "no attestation"
        ends = " or ".join(f"`{end}`" for end in ATTESTATIONS)
        raise _invalid(
            "E562", f"`{shown(folder)}` holds {which}", f"give the file, which ends in {ends}"
        )
    return folder / found[0]


def _design(subject: Resource, held: _Held, given: Path | None, options: Options) -> Source:
    """The design. A name in an attestation is that of a file beside it, and never a way to another place."""
    access = options.access
    if given is not None:
        return texts.read(given, texts.DESIGNS, access.around(given), access.max_bytes)
    name = subject.name
    if name != Path(name).name or "\\" in name or not name.lower().endswith(texts.DESIGNS):
        message = (
            f"the attested design is called `{name[:100]}`, which is no name of a file beside it"
        )
        raise _invalid(
            "E562", message, "say where it is: `clausewise verify FILE DESIGN --key KEY`"
        )
    folder = held.path.parent
    if held.carried is None:
        return texts.read(folder / name, texts.DESIGNS, (folder,), access.max_bytes)
    if name not in held.carried:
        message = (
            f"the attested design, `{name[:100]}`, is not among the files that the PDF carries"
        )
        raise _invalid(
            "E562", message, "say where it is: `clausewise verify FILE DESIGN --key KEY`"
        )
    return source_of(shown(folder / name), held.carried[name], access.max_bytes)


def _judged_again(statement: AttestedStatement, source: Source, options: Options) -> Dossier:
    """What comes of the design by each of the attested policies, readings and dates."""
    required = statement.predicate.evidence_required
    judgements = statement.predicate.judgements
    if len(judgements) > MOST_POLICIES:
        raise _invalid(
            "E562", f"it holds more than {MOST_POLICIES} verdicts", "attest the design anew"
        )
    reports: list[Report] = []
    for judgement in judgements:
        as_attested = replace(
            options,
            policy=options.policy or _policy(judgement.policy.name),
            readings=judgement.readings,
            as_of=_date(judgement.as_of),
            evidence_required=required,
        )
        reports += check_source(source, as_attested)
    return dossier_of(
        Checked(source.path, tuple(reports)),
        options.access,
        evidence_required=required,
        examine=options.examine,
    )


def _policy(name: str) -> str:
    if not is_policy(name):
        message = f"the attested policy is called `{name[:100]}`, which is no name of a policy"
        raise _invalid("E562", message, "attest the design anew")
    return name


def _date(text: str | None) -> date | None:
    try:
        return date.fromisoformat(text) if text else None
    except ValueError:
        raise _invalid("E562", "the date of judging is no date", "attest the design anew") from None


# what differs


def _differences(attested: AttestedStatement, now: AttestedStatement) -> Iterator[str]:
    """What is not as it was attested, a sentence each. Only the version of Clausewise may differ."""
    if attested.predicate.evidence_required is not now.predicate.evidence_required:
        yield "whether evidence is required differs"
    if len(attested.predicate.judgements) != len(now.predicate.judgements):
        yield "the design is judged by another number of policies"
        return
    pairs = zip(attested.predicate.judgements, now.predicate.judgements, strict=True)
    for before, after in pairs:
        found = list(_of_judgements(before, after))
        yield from found
        if before != after and not found:
            yield f"the judgement by `{after.policy.name}` differs"


def _of_judgements(before: AttestedJudgement, after: AttestedJudgement) -> Iterator[str]:
    yield from _of_files("policy", [before.policy], [after.policy])
    yield from _of_files("vocabulary", [before.vocabulary], [after.vocabulary])
    yield from _of_files("policy", before.relies_on, after.relies_on)
    yield from _of_files("evidence", before.evidence, after.evidence)
    if before.verdict != after.verdict:
        yield f"the verdict by `{after.policy.name}` is {after.verdict}, and {before.verdict[:100]} was attested"
    for name in {**before.clauses, **after.clauses}:
        was, is_now = before.clauses.get(name, "not there"), after.clauses.get(name, "not there")
        if was != is_now:
            yield f"the clause `{name[:100]}` is {is_now}, and {was[:100]} was attested"


def _of_files(kind: str, before: Iterable[Resource], after: Iterable[Resource]) -> Iterator[str]:
    was = {one.name: one.digest for one in before}
    is_now = {one.name: one.digest for one in after}
    for name in {**was, **is_now}:
        said = f"the {kind} `{name[:100]}`"
        if name not in is_now:
            yield f"{said} was attested, and is not there"
        elif name not in was:
            yield f"{said} takes part, and was not attested"
        elif was[name] != is_now[name]:
            yield f"{said} is another file than was attested"


def _differs(told: list[str]) -> InvalidError:
    hint = (
        "the verdict does not hold for these files: judge them, and let somebody attest them anew"
    )
    return InvalidError([Diagnostic("E563", one, hint=hint) for one in told[:MOST_TOLD]])


def _invalid(code: str, message: str, hint: str) -> InvalidError:
    return InvalidError([Diagnostic(code, message, hint=hint)])
