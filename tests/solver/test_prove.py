"""Laws proved and refuted, and what does nothing in a policy: the Face pack, and small policies."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

import pytest

from clausewise.engine.backends.solver.circuit import Circuit
from clausewise.engine.backends.solver.proving.prove import LawProof, Prover
from clausewise.engine.backends.solver.proving.sound import flaws
from clausewise.engine.judging.judge import judge_clause
from clausewise.intake.laws import load_laws
from tests.conftest import ROOT

WORDS = """vocabulary words
subject deployment
taxonomy body { company public-body { police school } }
entity actor "an actor" {
  kind  one of body  world  ask "What is {actor}?"
}
entity door "a door" {
  by       one of actor       world   ask "Who runs {door}?"
  open     yes-no             choice  ask "Is {door} open?"
  keeps    duration           choice  ask "How long does {door} keep pictures?"
  serves   any of body        choice  ask "Whom does {door} serve?"
}
"""
POLICY = """policy code
title       "Code"
vocabulary  words
reading age "how long is too long" {
  strict  "a day"    default
  loose   "a month"
}
clause no-police {
  at "1" quotes "police" says "Police runs no door."
  prohibits door d where d.by.kind is police
  because "police runs {d}"
}
clause keep-little {
  at "2" quotes "keep" says "Little is kept."
  prohibits door d
  where d.keeps > 30 days or reading age is strict and d.keeps > 1 day
  because "{d} keeps much"
}
"""
LAWS = """laws   code-laws
for    code
title  "Laws"
%s
"""


def proofs(folder: Path, laws: str, policy: str = POLICY) -> Mapping[str, LawProof]:
    """What becomes of laws about the policy above."""
    for name, text in (
        ("words.vocabulary", WORDS),
        ("code.policy", policy),
        ("c.laws", LAWS % laws),
    ):
        (folder / name).write_text(text, encoding="utf-8")
    found = load_laws(folder / "c.laws")
    prover = Prover(found)
    return {name: prover.prove(law) for name, law in found.laws.items()}


def law(name: str, claim: str) -> str:
    return f'law {name} {{\n  says "What it says."\n  {claim}\n}}\n'


def test_all_laws_of_the_face_pack_hold() -> None:
    laws = load_laws(ROOT / "policies" / "face" / "face-code-of-conduct.laws")
    prover = Prover(laws)
    found = {name: prover.prove(law) for name, law in laws.laws.items()}
    assert {name: proof.why for name, proof in found.items() if not proof.holds} == {}
    assert sum(proof.size is None for proof in found.values()) >= 45


PACKS = sorted(p for p in (ROOT / "policies").glob("*/*.laws") if p.parent.name != "face")


@pytest.mark.parametrize("path", PACKS, ids=lambda path: path.stem)
def test_all_laws_of_a_pack_hold_of_any_size(path: Path) -> None:
    laws = load_laws(path)
    prover = Prover(laws)
    found = {name: prover.prove(law) for name, law in laws.laws.items()}
    assert found
    assert {name: (p.why, p.size) for name, p in found.items() if not p.holds or p.size} == {}


def test_laws_that_hold_of_any_size(tmp_path: Path) -> None:
    found = proofs(
        tmp_path,
        law("police", "when some d in door has (d.by.kind is police) never verdict is permitted")
        + law(
            "loose",
            "under reading age is loose when every d in door has (d.keeps < 20 days)"
            " never clause keep-little is violated",
        )
        + law("less", "changing door.keeps from 40 days to 2 days never worsens")
        + law("joins", "adding police to door.serves never worsens")  # no clause reads it
        + law("both", "possible clause no-police is violated and clause keep-little is violated")
        + law("alone", "possible each clause is violated alone"),
    )
    names = ("police", "loose", "less", "joins", "both", "alone")
    held = {name: (proof.holds, proof.size, proof.why) for name, proof in found.items()}
    assert held == dict.fromkeys(names, (True, None, ""))
    assert len(found["alone"].designs) == 2


REFUTED = {
    "schools": "when some d in door has (d.by.kind is school) never verdict is permitted",
    "strict-too": "when every d in door has (d.keeps < 20 days) never clause keep-little is violated",
    "two": "when some d in door has (d.open is yes) never some e in door has (e.open is no)",
    "another": "always every d in door has (every e in door has (d is e))",
    "more": "changing door.keeps from 2 days to 40 days never worsens",
    "police-comes": "changing actor.kind from company to police never worsens",
}


@pytest.mark.parametrize("name", REFUTED)
def test_false_laws_are_refuted_by_designs_that_the_judge_confirms(
    name: str, tmp_path: Path
) -> None:
    proof = proofs(tmp_path, law(name, REFUTED[name]))[name]
    assert proof.holds is False
    policy = load_laws(tmp_path / "c.laws").policy
    design = proof.designs[""]
    if proof.before:
        assert judge_clause(policy, proof.before, proof.worse, proof.readings).outcome != "violated"
        assert judge_clause(policy, design, proof.worse, proof.readings).outcome == "violated"
    if name in ("two", "another"):
        assert len(design.of_type("door")) == 2
    if name == "strict-too":
        assert judge_clause(policy, design, "keep-little", proof.readings).outcome == "violated"


def test_what_is_not_possible_is_said(tmp_path: Path) -> None:
    proof = proofs(
        tmp_path,
        law(
            "none", "possible clause keep-little is violated and no d in door has (d.keeps > 1 day)"
        ),
    )["none"]
    assert proof.holds is False
    assert proof.why == "no design shows it"


def test_what_was_only_not_found_is_not_said_to_be_impossible(tmp_path: Path) -> None:
    """A chain of four doors that is no ring violates `chain` alone; as many are not looked at."""
    clause = 'clause %s { at "3" quotes "c" says "C." prohibits %s because "it is so" }\n'
    (tmp_path / "words.vocabulary").write_text(
        """vocabulary words
subject deployment
entity door "a door" {
  open   yes-no               choice  ask "Is {door} open?"
  after  one of door or none  choice  ask "What comes before {door}?"
}
""",
        encoding="utf-8",
    )
    policy = (
        POLICY.split("reading")[0]
        + clause % ("chain", "door d where d.after.after.after.open is yes and d.open is not yes")
        + clause % ("ring", "door d where d in d.after.after*")
        + clause % ("never", "door d where d.open is yes and d.open is no")
    )
    (tmp_path / "code.policy").write_text(policy, encoding="utf-8")
    claims = {
        "no": "possible each clause is violated alone",
        "unknown": "possible each clause is violated alone but for never",
    }
    text = LAWS % "".join(law(name, claim) for name, claim in claims.items())
    (tmp_path / "c.laws").write_text(text, encoding="utf-8")
    found = load_laws(tmp_path / "c.laws")
    proved = {name: Prover(found).prove(each) for name, each in found.laws.items()}
    no, unknown = proved["no"], proved["unknown"]
    assert (no.holds, no.why) == (False, "no design shows `never` violated alone")
    why = "no design was found that shows `chain` violated alone"
    assert (unknown.holds, unknown.why) == (None, why)


FLAWS = {
    "a clause that nothing violates": (
        """clause c { at "3" quotes "c" says "C." prohibits door d
  where d.keeps > 5 days and d.keeps < 3 days because "it is so" }""",
        "`c` is never violated",
    ),
    "a clause that is violated wherever it applies": (
        """clause c { at "3" quotes "c" says "C." requires door d when d.open is yes that d.open is no
  because "it is so" }""",
        "`c` is violated wherever it applies",
    ),
    "an exception that excuses nothing": (
        """clause c { at "3" quotes "c" says "C." prohibits door d where d.open is yes
  unless shut where d.open is no because "it is so" }""",
        "the exception `shut` of `c` excuses nothing",
    ),
    "a clause that another one implies": (
        """clause c { at "3" quotes "c" says "C." prohibits door d where d.by.kind is public-body
  because "it is so" }""",
        "where `no-police` is violated, so is `c`",
    ),
    "nothing is permitted": (
        """clause c { at "3" quotes "c" says "C." prohibits where reading age is strict or reading age is loose
  because "it is so" }""",
        "no design is permitted",
    ),
}


@pytest.mark.parametrize("case", FLAWS.values(), ids=FLAWS)
def test_what_does_nothing(case: tuple[str, str], tmp_path: Path) -> None:
    clause, said = case
    proofs(tmp_path, law("l", "always verdict is permitted"), POLICY + clause)
    policy = load_laws(tmp_path / "c.laws").policy
    assert said in [flaw.said for flaw in flaws(policy) if not flaw.why]


def test_of_a_clause_that_nothing_violates_nothing_else_is_said(tmp_path: Path) -> None:
    """Wherever it is violated all others are, too: there is no such design."""
    clause, said = FLAWS["a clause that nothing violates"]
    proofs(tmp_path, law("l", "always verdict is permitted"), POLICY + clause)
    assert [flaw.said for flaw in flaws(load_laws(tmp_path / "c.laws").policy)] == [said]


def test_a_sound_policy_has_no_flaws(tmp_path: Path) -> None:
    proofs(tmp_path, law("l", "always verdict is permitted"))
    assert [*flaws(load_laws(tmp_path / "c.laws").policy)] == []


def test_what_grows_too_large_is_not_known(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(Circuit.__init__, "__defaults__", (10, None))
    proof = proofs(tmp_path, law("l", "always verdict is permitted"))["l"]
    assert (proof.holds, proof.why) == (None, "the circuit grows beyond 10 parts")
    found = [*flaws(load_laws(tmp_path / "c.laws").policy)]
    assert {flaw.why for flaw in found} == {"perhaps: the circuit grows beyond 10 parts"}


def test_other_policies_are_read_as_they_are_by_default(tmp_path: Path) -> None:
    """The judge judges them so, and what refutes a law must be what it confirms."""
    other = POLICY.replace("policy code", "policy other-code")
    (tmp_path / "other-code.policy").write_text(other, encoding="utf-8")
    policy = (
        POLICY.split("reading")[0]
        + """clause other { at "1" quotes "other" says "O."
  prohibits where policy other-code is prohibited because "it is so" }
"""
    )
    some = "some d in door has (d.keeps > 2 days and d.keeps < 20 days)"
    claim = f"when {some} always clause other is violated"
    assert proofs(tmp_path, law("other", claim), policy)["other"].holds
