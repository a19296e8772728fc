"""The law of imports: less never proves more."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from clausewise.checking.check import Options, Report, check_source
from clausewise.dsl.text.source import source_from_text
from clausewise.importing.findings import Imported
from clausewise.importing.updating import updated
from tests.importing.files import (
    VOCABULARY,
    account,
    calls,
    facts,
    imported,
    plan,
)
from tests.importing.test_calls import CALLS

TIERS = st.sampled_from(["F0", "S0"])
KINDS = st.sampled_from(["Face"] * 10 + ["CognitiveServices"])


HIDDEN = st.sampled_from([None] * 10 + ["kind", "sku_name"])
"""What is not known yet of a resource."""
RESOURCES = st.lists(st.tuples(KINDS, TIERS, HIDDEN, st.booleans(), HIDDEN), min_size=2, max_size=3)
"""Kinds and tiers, with what is hidden in the whole, whether they are in the part, and what is hidden there."""


def planned(of: list[tuple[str, str]], hidden: list[str | None]) -> str:
    """A plan of these resources, of which some attributes are not known yet."""
    found = []
    for number, ((kind, sku), name) in enumerate(zip(of, hidden, strict=True)):
        after: dict[str, Any] = {"kind": kind, "sku_name": sku} | ({name: None} if name else {})
        found.append(account(f"r{number}", {name: True} if name else {}, **after))
    return plan(*found)


DETECTING = st.builds(
    lambda ids, traits: f"POST /face/v1.0/detect?{ids}returnFaceAttributes={','.join(traits)}",
    st.sampled_from(["", "returnFaceId=false&", "returnFaceId=true&"]),
    st.lists(st.sampled_from(["age", "emotion", "gender", "aura"]), min_size=1, max_size=2),
)
OTHERS = st.sampled_from([line for line, _ in CALLS])
RECORDED = st.lists(st.one_of(DETECTING, DETECTING, OTHERS), min_size=2, max_size=4)
STATED = """deployment "x"
judged by face-code-of-conduct
registration {
  status              approved
  use-cases           personalization
  holder              a
  portal-attestation  yes
}
actor a {
  acts-for  none
}
use u {
  by       a
  purpose  personalization
}
"""
IDENTIFIES = STATED.replace("  purpose", "  infers   none\n  operation  identify\n  purpose")


def judged(found: Imported, stated: str = STATED) -> Report:
    """A design with what was imported, judged."""
    source = source_from_text("x.design", stated)
    done = updated(source, VOCABULARY, found.facts, {"use": "u"}, lambda _: True)
    (report,) = check_source(done.source, Options(), try_answers=False)
    return report


def proves_no_more(part: Imported, whole: Imported, stated: str = STATED) -> None:
    """Nothing that is settled by a part is settled otherwise by the whole."""
    less, more = judged(part, stated), judged(whole, stated)
    for one, other in zip(less.clauses, more.clauses, strict=True):
        if not one.outcome.is_open and not other.outcome.is_open:
            assert one.outcome is other.outcome, one.clause.name
    if less.advice.settled and more.advice.settled:
        assert less.verdict is more.verdict


def test_what_the_law_is_tried_on_is_settled_by_what_is_imported(tmp_path: Path) -> None:
    """Else it would say nothing."""
    free = imported("terraform", plan(account(sku_name="F0")), "plan.json", tmp_path)
    paid = imported("terraform", plan(account()), "plan.json", tmp_path)
    nothing = imported("terraform", plan(), "plan.json", tmp_path)
    of_a1 = [
        judged(found, IDENTIFIES).judgement.clause("A1").outcome for found in (free, paid, nothing)
    ]
    assert of_a1 == ["violated", "met", "undetermined"]
    sad = imported(
        "calls", calls("POST /face/v1.0/detect?returnFaceAttributes=emotion"), "c", tmp_path
    )
    plain = imported("calls", calls("POST /face/v1.0/detect"), "c", tmp_path)
    of_n11 = [judged(found).judgement.clause("N11").outcome for found in (sad, plain)]
    assert of_n11 == ["violated", "undetermined"]


@settings(max_examples=60)
@given(all_=RESOURCES)
def test_importing_less_of_a_plan_never_proves_more(
    all_: list[tuple[str, str, str | None, bool, str | None]],
    tmp_path_factory: pytest.TempPathFactory,
) -> None:
    folder = tmp_path_factory.mktemp("law")
    kept = [(kind, sku, hidden or there) for kind, sku, hidden, is_in, there in all_ if is_in]
    text = planned([one[:2] for one in kept], [one[2] for one in kept])
    part = imported("terraform", text, "plan.json", folder)
    text = planned([one[:2] for one in all_], [one[2] for one in all_])
    whole = imported("terraform", text, "plan.json", folder)
    proves_no_more(part, whole, IDENTIFIES)


@settings(max_examples=25)
@given(all_=RECORDED, data=st.data())
def test_importing_fewer_calls_never_proves_more(
    all_: list[str], data: st.DataObject, tmp_path_factory: pytest.TempPathFactory
) -> None:
    folder = tmp_path_factory.mktemp("law")
    some = all_[: data.draw(st.integers(1, len(all_)))]
    part = imported("calls", calls(*some), "c.jsonl", folder)
    whole = imported("calls", calls(*all_), "c.jsonl", folder)
    proves_no_more(part, whole)
    for name, values in facts(part).items():
        assert {*values} <= {*facts(whole)[name]}
