"""Files that belong to a policy or a design, beside the reference's examples, through what reads them."""

from __future__ import annotations

from collections.abc import Iterator
from functools import cache
from hashlib import sha256
from pathlib import Path

from clausewise.dossier.signing import Signer, new_key, private_key
from tests.conftest import reference_examples, write_reference

KINDS = {
    "door-design": "front.design",
    "door-policy": "door-code.policy",
    "door-vocabulary": "doors.vocabulary",
    "door-cases": "front.cases",
    "door-laws": "door-code.laws",
    "waivers": "waivers.toml",
    "baseline": "known.json",
    "rules": "doors.imports.toml",
    "source": "source.txt",
    "ledger": "door-code.trace.toml",
    "equivalent": "door-code.equivalent.toml",
    "envelope": "front.dsse.json",
    "statement": "statement.json",
}
"""What is fuzzed, and how such a file is called."""
CONFIGURATION = (
    'policies = ["door-code.policy"]\nwaivers = "waivers.toml"\nbaseline = "known.json"\n'
)
WAIVERS = (
    b'[[waiver]]\ndesign = "front.design"\nclause = "keeping"\nentity = ["front"]\nreason = "a new recorder"\n'
    b'approver = "R. Diaz"\nticket = "SEC-12"\npolicy = "door-code"\nexpires = 2027-01-31\n'
)
BASELINE = (
    b'{"schema": "clausewise/baseline/1", "problems": [{"design": "front.design", "policy": "door-code", '
    b'"clause": "keeping", "entities": ["front"], "outcome": "violated", "facts": ["front.keeps 60 days"]}]}'
)
RULES = (
    b'[[rule]]\nterraform = "a_door"\nwhere = { kind = ["x"] }\nis = "a door"\nunused = { zone = "zone" }\n'
    b'[[rule.fact]]\nfield = "door.opens-by"\nattribute = "way"\nvalues = { c = "card", f = "face" }\n'
)
LEDGER = (
    b'[[sentence]]\nfingerprint = "0123456789abcdef"\nat = "must not, bullet 1"\nclauses = ["us-police"]\n'
    b'[[sentence]]\nfingerprint = "0123456789abcdee"\nat = "must, bullet 3"\nnot-a-rule = "a heading"\n'
)
SOURCE = b"# Must not\n\nDoors must not run:\n\n- by or for police in the United States.\n- keep longer.\n"
STATEMENT = """{"_type": "https://in-toto.io/Statement/v1",
"subject": [{"name": "front.design", "digest": {"sha256": "DESIGN"}}],
"predicateType": "urn:clausewise:verdict:1", "predicate": {"clausewise": "0.1.0", "evidenceRequired": false,
"judgements": [{"policy": {"name": "door-code 1.0", "digest": {"sha256": "POLICY"}}, "source": "",
"vocabulary": {"name": "doors", "digest": {"sha256": "VOCABULARY"}}, "reliesOn": [],
"readings": {"keeping": "strict"},
"asOf": "2026-11-23", "verdict": "permitted", "settled": true, "clauses": {"us-police": "met", "minors": "met",
"keeping": "met", "alarm": "met", "harmless": "met", "consistent": "met"}, "evidence": [],
"unseen": ["forms/release.pdf"]}]}}"""
PLAN = (
    '{"resource_changes": [{"address": "a.b", "type": "a_door", '
    '"change": {"actions": ["create"], "after": {"kind": "x", "way": "f"}}}]}'
)
DESIGN_COMMANDS = ("check", "ask", "explain", "fix", "report", "timeline")
_TEXTS = ("design", "policy", "vocabulary", "cases", "laws")


def seeds() -> dict[str, list[bytes]]:
    """Files of each kind to begin with: the reference's own, and short ones written here."""
    of_reference = reference_examples()
    doors = {f"door-{kind}": [of_reference[kind].encode()] for kind in _TEXTS}
    return doors | {
        "waivers": [WAIVERS],
        "baseline": [BASELINE],
        "rules": [RULES],
        "source": [SOURCE],
        "ledger": [LEDGER],
        "equivalent": [b'[[equivalent]]\nmutant = "keeping: `>` for `>=`"\nbecause = "x"\n'],
        "envelope": [_signer().signed(_statement())],
        "statement": [_statement()],
    }


def commands(kind: str, content: bytes, folder: Path) -> Iterator[list[str]]:
    """What is run on a file of a kind, once all that it belongs to lies beside it."""
    write_reference(folder)
    (folder / KINDS[kind]).write_bytes(content)
    design, policy = str(folder / "front.design"), str(folder / "door-code.policy")
    if kind in ("door-design", "door-policy", "door-vocabulary"):
        yield from ([command, design, "--policy", policy] for command in DESIGN_COMMANDS)
        yield ["check", design, "--policy", policy, "--exact", "-f", "json"]
        (folder / "me.pem").write_bytes(_key()[0])
        yield ["attest", design, "--policy", policy, "--key", str(folder / "me.pem")]
    if kind in ("door-policy", "door-vocabulary"):
        yield from ([command, "--policy", policy] for command in ("graph", "compile", "schema"))
    if kind in ("door-policy", "door-vocabulary", "door-laws"):
        yield ["prove", str(folder / "door-code.laws")]
    if kind in ("door-policy", "door-vocabulary", "door-cases"):
        yield ["test", str(folder / "door-code.cases"), "--coverage"]
    if kind in ("door-policy", "door-vocabulary"):
        suffix = KINDS[kind]
        (folder / "old").mkdir(exist_ok=True)
        write_reference(folder / "old")
        yield ["diff", str(folder / "old" / suffix), str(folder / suffix)]
        yield ["diff", str(folder / suffix), str(folder / "old" / suffix), "--all"]
    yield from _of_texts(kind, folder, policy)
    yield from _of_runs(kind, content, folder, design)


def _of_texts(kind: str, folder: Path, policy: str) -> Iterator[list[str]]:
    """What belongs to a policy: its source, who claims what of it, what is equivalent, what imports mean."""
    if kind in ("source", "ledger"):
        (folder / "source.txt").write_bytes(
            SOURCE if kind == "ledger" else (folder / KINDS[kind]).read_bytes()
        )
        (folder / "door-code.trace.toml").write_bytes(
            LEDGER if kind == "source" else (folder / KINDS[kind]).read_bytes()
        )
        trace = ["trace", policy, "--source", str(folder / "source.txt")]
        yield from (trace, [*trace, "-f", "html"], [*trace, "--update"])
    if kind == "rules":
        (folder / "plan.json").write_text(PLAN)
        yield ["import", "terraform", str(folder / "plan.json"), "--policy", policy]
    if kind == "equivalent":
        yield ["mutate", policy, "-j", "1"]


def _of_runs(kind: str, content: bytes, folder: Path, design: str) -> Iterator[list[str]]:
    """What belongs to a run: what does not count in it, and what it attested."""
    if kind in ("waivers", "baseline"):
        (folder / "clausewise.toml").write_text(CONFIGURATION)
        for name, standing in (("waivers.toml", WAIVERS), ("known.json", BASELINE)):
            (folder / name).write_bytes(content if KINDS[kind] == name else standing)
        configured = ["check", design, "--config", str(folder / "clausewise.toml")]
        yield from (configured, [*configured, "-f", "json"], [*configured, "--show-baselined"])
    if kind in ("envelope", "statement"):
        (folder / "me.pub").write_bytes(_key()[1])
        signed = content if kind == "envelope" else _signer().signed(content)
        (folder / "front.dsse.json").write_bytes(signed)
        yield ["verify", str(folder / "front.dsse.json"), "--key", str(folder / "me.pub")]


def _statement() -> bytes:
    """What is attested of the reference's design, with the digests of its files."""
    text = STATEMENT
    for kind in ("design", "policy", "vocabulary"):
        digest = sha256(reference_examples()[kind].encode()).hexdigest()
        text = text.replace(f'"{kind.upper()}"', f'"{digest}"')
    return text.encode()


@cache
def _key() -> tuple[bytes, bytes]:
    return new_key()


@cache
def _signer() -> Signer:
    return private_key(_key()[0], str)
