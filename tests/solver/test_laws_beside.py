"""What some law prohibits that judges beside a policy: a proof over all designs takes neither for granted."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

import pytest
from typer.testing import CliRunner

from clausewise.commands.cli import app
from clausewise.engine.backends.solver.proving.alike import ToldApart, told_apart
from clausewise.engine.backends.solver.proving.difference import Comparison
from clausewise.engine.backends.solver.proving.directions import Directions
from clausewise.engine.backends.solver.proving.prove import LawProof
from clausewise.engine.backends.solver.proving.sound import flaws
from clausewise.engine.core.policy import Policy
from clausewise.intake.laws import load_laws
from clausewise.intake.load import load_policy
from clausewise.testing.tried_laws import TriedLaw, laws
from tests.solver.test_prove import WORDS, law, proofs

LAWFUL = """policy code
title       "Code"
vocabulary  words
clause lawful {
  at "1" quotes "lawful" says "Nothing that a law forbids."
  prohibits door d where %s
  because "{d} is forbidden"
}
"""
BY_LAW = "policy of law is prohibited or d.by.kind is police"
REFUTED = {
    "unless": "when every d in door has (not d.by.kind is police) never clause lawful is violated",
    "always": "never policy of law is prohibited",
    "so": "always policy of law is prohibited",
}
HOLD = {
    "silent": "when not policy of law is prohibited and every d in door has (not d.by.kind is police) "
    "never clause lawful is violated",
    "prohibits": "when policy of law is prohibited and some d in door has (d.keeps > 1 day) "
    "always clause lawful is violated",
    "either": "when some d in door has (d.by.kind is police) always clause lawful is violated",
    "the-same": "changing door.open from no to yes never worsens",
    "can-be": "possible clause lawful is violated and every a in actor has (not a.kind is police)",
}


@pytest.fixture(scope="module")
def found(tmp_path_factory: pytest.TempPathFactory) -> Mapping[str, LawProof]:
    told = "".join(law(name, claim) for name, claim in {**REFUTED, **HOLD}.items())
    return proofs(tmp_path_factory.mktemp("laws"), told, LAWFUL % BY_LAW)


@pytest.mark.parametrize("name", REFUTED)
def test_a_law_is_refuted_that_holds_only_by_what_laws_find(
    name: str, found: Mapping[str, LawProof]
) -> None:
    proof = found[name]
    assert proof.holds is False
    assert proof.by_a_law is (name != "so")
    assert "" in proof.designs


@pytest.mark.parametrize("name", HOLD)
def test_a_law_is_proved_that_holds_whatever_laws_find(
    name: str, found: Mapping[str, LawProof]
) -> None:
    assert (found[name].holds, found[name].size) == (True, None)
    assert found[name].by_a_law is (name == "can-be")


@pytest.fixture(scope="module")
def tried(tmp_path_factory: pytest.TempPathFactory) -> Mapping[str, TriedLaw]:
    """The same laws, to be tried on random designs."""
    folder = tmp_path_factory.mktemp("tried")
    told = "".join(law(name, claim) for name, claim in {**REFUTED, **HOLD}.items())
    (folder / "words.vocabulary").write_text(WORDS, encoding="utf-8")
    (folder / "code.policy").write_text(LAWFUL % BY_LAW, encoding="utf-8")
    (folder / "these.laws").write_text(f'laws these for code title "T"\n{told}', encoding="utf-8")
    return {str(each): each for each in laws(folder / "these.laws")}


@pytest.mark.parametrize("name", ["unless", "always"])
def test_random_designs_refute_what_holds_only_without_a_law(
    tried: Mapping[str, TriedLaw], name: str
) -> None:
    """No design was judged as if a law prohibited it, so such laws were never refuted."""
    with pytest.raises(AssertionError, match="where a law prohibits the design"):
        tried[name].check()


@pytest.mark.parametrize("name", HOLD)
def test_random_designs_try_what_a_law_decides(tried: Mapping[str, TriedLaw], name: str) -> None:
    """Nothing was drawn to which the second applies: it was skipped."""
    tried[name].check()


def test_what_takes_a_law_is_told_so(tmp_path: Path) -> None:
    proofs(tmp_path, law("unless", REFUTED["unless"]), LAWFUL % BY_LAW)
    printed = CliRunner().invoke(app, ["prove", str(tmp_path / "c.laws")]).stdout
    assert "It takes that a law prohibits it:\n    This design refutes it:" in printed


def policy(folder: Path, rule: str) -> Policy:
    (folder / "words.vocabulary").write_text(WORDS, encoding="utf-8")
    (folder / "code.policy").write_text(LAWFUL % rule, encoding="utf-8")
    return load_policy(str(folder / "code.policy"))


def test_policies_differ_where_one_asks_what_laws_find(tmp_path: Path) -> None:
    before, after = policy(tmp_path, BY_LAW), policy(tmp_path, "d.by.kind is police")
    assert before.clauses["lawful"] != after.clauses["lawful"]
    whole = Comparison(before, after).whole()
    assert whole.change == "laxer"
    assert whole.laxer is not None
    assert whole.laxer.by_a_law
    assert Comparison(before, before).whole().change == "equivalent"
    apart = told_apart(before, after, ["lawful"])
    assert isinstance(apart, ToldApart)
    assert (apart.by_a_law, apart.before, apart.after) == (True, "violated", "met")
    assert told_apart(before, before, ["lawful"]) is None


def test_no_clause_does_nothing_for_want_of_a_law(tmp_path: Path) -> None:
    only = policy(tmp_path, "policy of law is prohibited")
    assert [*flaws(only)] == []
    both = policy(tmp_path, "policy of law is prohibited and d.open is yes")
    pushes = {(d.value, d.violates, d.keeps) for d in Directions(both).of(["lawful"])}
    assert pushes == {("no", False, True), ("yes", True, False)}


def test_it_is_the_same_for_other_policies_that_are_read(tmp_path: Path) -> None:
    other = LAWFUL.replace("policy code", "policy other-code") % BY_LAW
    (tmp_path / "other-code.policy").write_text(other, encoding="utf-8")
    claims = {
        "both": "when policy other-code is prohibited and not policy of law is prohibited "
        "always some d in door has (d.by.kind is police)",
        "one": "when policy other-code is prohibited always some d in door has (d.by.kind is police)",
    }
    told = "".join(law(name, claim) for name, claim in claims.items())
    found = proofs(tmp_path, told, LAWFUL % "policy other-code is prohibited")
    assert [found[name].holds for name in claims] == [True, False]
    assert found["one"].by_a_law
    assert load_laws(tmp_path / "c.laws").policy.policies.keys() == {"other-code"}
