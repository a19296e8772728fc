"""The law of imports: less never proves more."""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import dataclass, replace
from itertools import product
from pathlib import Path
from typing import Any, Literal

import pytest
from hypothesis import given, settings, strategies as st

from clausewise.checking.check import check_source
from clausewise.checking.options import Options
from clausewise.checking.report import Report
from clausewise.dsl.text.source import source_from_text
from clausewise.importing.findings import Imported
from clausewise.importing.updating import updated
from tests.importing.files import (
    ACCOUNT,
    VOCABULARY,
    account,
    calls,
    facts,
    imported,
    of_arm,
    plan,
    template,
)
from tests.importing.test_calls import CALLS

Hidden = Literal["kind", "sku", "all"]
HELD = "Microsoft.CognitiveServices/accounts@2023-05-01"


@dataclass(frozen=True)
class Drawn:
    """A resource that is described.

    Attributes:
        by: the type of the resource; of ARM held by azapi, with its body as an object or as JSON in a text.
        kind: of the account.
        sku: of the account.
        below: whether it stands in a module, or in a nested deployment.
        hidden: what is not known of it; `all` if not even whether it is there, where that can be said.
    """

    by: Literal["azurerm", "azapi", "azapi text", "azapi update"]
    kind: str
    sku: str
    below: bool
    hidden: Hidden | None = None


HIDDEN: st.SearchStrategy[Hidden | None] = st.sampled_from([*[None] * 9, "kind", "sku", "all"])
RESOURCES = st.lists(
    st.tuples(
        st.builds(
            Drawn,
            st.sampled_from(["azurerm", "azurerm", "azapi", "azapi text", "azapi update"]),
            st.sampled_from(["Face"] * 10 + ["CognitiveServices"]),
            st.sampled_from(["F0", "S0"]),
            st.booleans(),
            HIDDEN,
        ),
        st.booleans(),
        HIDDEN,
    ),
    min_size=2,
    max_size=3,
)
"""Resources of the whole, whether each is in the part, and what is hidden there beside what the whole hides."""


def resource(one: Drawn, number: int) -> Any:
    """As a plan has it: what is hidden is unknown, and has no value."""
    name = f"r{number}"
    kind, sku = (
        None if one.hidden == part else v for part, v in (("kind", one.kind), ("sku", one.sku))
    )
    if one.by == "azurerm":
        marks = {"kind": kind is None, "sku_name": sku is None}
        return account(name, one.hidden == "all" or marks, kind=kind, sku_name=sku)
    body: Any = {"kind": kind, "sku": {"name": sku}}
    unknown: Any = {"body": {"kind": kind is None, "sku": {"name": sku is None}}}
    if one.by == "azapi text":
        body, unknown = json.dumps(body), {"body": one.hidden is not None}
    type_ = "azapi_update_resource" if one.by == "azapi update" else "azapi_resource"
    after = {"type": HELD, "body": body, "kind": None, "sku_name": None}
    return account(name, one.hidden == "all" or unknown, type_, **after)


def as_plan(drawn: list[Drawn]) -> str:
    return plan(*(resource(one, number) for number, one in enumerate(drawn)))


def as_state(drawn: list[Drawn]) -> str:
    """What is hidden is sensitive here: its value is there, and must not count."""
    above: list[Any] = []
    below: list[Any] = []
    for number, one in enumerate(drawn):
        shown = resource(replace(one, hidden=None), number)
        marks = resource(one, number)["change"]["after_unknown"]
        held = {key: shown[key] for key in ("address", "type")}
        held |= {"values": shown["change"]["after"], "sensitive_values": marks}
        (below if one.below else above).append(held)
    modules = [{"resources": below}]
    root = {"resources": above, "child_modules": modules}
    return json.dumps({"format_version": "1.0", "values": {"root_module": root}})


def as_template(drawn: list[Drawn]) -> str:
    """What is hidden is a parameter; whether a resource is there, a condition."""
    above: list[Any] = []
    below: list[Any] = []
    for one in drawn:
        sku = "[parameters('sku')]" if one.hidden == "sku" else one.sku
        kind = "[parameters('kind')]" if one.hidden == "kind" else one.kind
        more = {"condition": "[parameters('is-there')]"} if one.hidden == "all" else {}
        (below if one.below else above).append(of_arm(sku, **{"kind": kind} | more))
    inner = {"properties": {"template": {"resources": below}}}
    return template(*above, {"type": "Microsoft.Resources/deployments", **inner})


def as_terraform(drawn: list[Drawn]) -> str:
    """What is hidden is a variable; whether a resource is there, a count."""
    blocks = []
    for number, one in enumerate(drawn):
        kind = "var.kind" if one.hidden == "kind" else f'"{one.kind}"'
        sku = "var.sku" if one.hidden == "sku" else f'"{one.sku}"'
        count = "count = var.many\n" if one.hidden == "all" else ""
        if one.by == "azurerm":
            type_, said = ACCOUNT, f"kind = {kind}\nsku_name = {sku}"
        else:
            type_ = "azapi_update_resource" if one.by == "azapi update" else "azapi_resource"
            body = f"{{ kind = {kind}, sku = {{ name = {sku} }} }}"
            body = f"jsonencode({body})" if one.by == "azapi text" else body
            said = f'type = "{HELD}"\nbody = {body}'
        blocks.append(f'resource "{type_}" "r{number}" {{\n{said}\n{count}}}\n')
    return "".join(blocks)


FORMS: dict[str, tuple[str, str, Callable[[list[Drawn]], str]]] = {
    "a plan": ("terraform", "plan.json", as_plan),
    "a state": ("terraform", "state.json", as_state),
    "a template": ("arm", "template.json", as_template),
    "files of Terraform": ("terraform", "main.tf", as_terraform),
}
"""By what is imported: who reads it, how the file is called, and how resources are written."""


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
    facts = (*found.facts, *found.open)
    done = updated(source, VOCABULARY, facts, {"use": "u"}, lambda _: True)
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


@pytest.mark.parametrize("form", FORMS)
@settings(max_examples=25)
@given(all_=RESOURCES)
def test_importing_less_of_what_is_deployed_never_proves_more(
    form: str,
    all_: list[tuple[Drawn, bool, Hidden | None]],
    tmp_path_factory: pytest.TempPathFactory,
) -> None:
    kind, name, written = FORMS[form]
    folder = tmp_path_factory.mktemp("law")
    kept = [replace(one, hidden=one.hidden or more) for one, is_in, more in all_ if is_in]
    part = imported(kind, written(kept), name, folder)
    whole = imported(kind, written([one for one, _, _ in all_]), name, folder)
    proves_no_more(part, whole, IDENTIFIES)


@pytest.mark.parametrize("form", FORMS)
def test_each_form_says_what_is_drawn(form: str, tmp_path: Path) -> None:
    """Else the law would say nothing of it."""
    kind, name, written = FORMS[form]
    holders: list[Any] = ["azurerm"] if form == "a template" else ["azurerm", "azapi", "azapi text"]
    for by, below in product(holders, (False, True)):
        tiers = []
        for hidden in (None, "kind", "sku", "all"):
            found = imported(
                kind, written([Drawn(by, "Face", "F0", below, hidden)]), name, tmp_path
            )
            tiers.append(facts(found).get("registration.tier"))
        known = None if (form, by) == ("files of Terraform", "azapi text") else ("free",)
        assert tiers == [known, None, None, None], (by, below)


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
