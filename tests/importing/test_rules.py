"""The rules by which is read: those of the packs, and what does not fit."""

from __future__ import annotations

import json

import jsonschema
import pytest

from clausewise.dsl.text.diagnostic import InvalidError
from clausewise.dsl.text.source import source_from_text
from clausewise.importing.rules import KEYS, ImportKey, read_rules, rules_for, rules_schema
from clausewise.intake.load import load_policy
from tests.conftest import ROOT
from tests.importing.files import (
    RULES,
    VOCABULARY,
)


def test_the_schema_fits_the_rules_of_the_packs() -> None:
    import tomllib

    schema = rules_schema()
    assert json.loads((ROOT / "docs" / "imports.schema.json").read_text()) == schema
    files = sorted((ROOT / "policies").glob("**/*.imports.toml"))
    assert files
    for file in files:
        jsonschema.validate(tomllib.loads(file.read_text(encoding="utf-8")), schema)


def test_a_law_imports_by_the_rules_of_the_vocabulary_that_it_extends() -> None:
    assert len(rules_for(load_policy("us-il-bipa").vocabulary)) == len(RULES)


FACT = '[[rule]]\narm = "a"\nis = "b"\n[[rule.fact]]\n'
WRONG = [
    ("x = 1", "there is no key `x`"),
    ("rule = 1", "`rule` is no list of entries"),
    ("[[rule", "this is not TOML"),
    ('[[rule]]\nis = "b"', "a rule is about one of `terraform`, `arm` and `call`"),
    ('[[rule]]\narm = "a"', "a rule lacks `is`"),
    ('[[rule]]\narm = "a"\nis = "b"\nwhere = { kind = "Face" }', "`where` does not fit"),
    ('[[rule]]\ncall = "/detect"\nis = "b"', "`call` does not fit"),
    ('[[rule]]\narm = "a"\nis = "b"\nmybe = "c"', "a rule has no `mybe`"),
    (f'{FACT}field = "registration.teir"\nvalue = "free"', "there is no field `registration.teir`"),
    (f'{FACT}field = "use.by"\nvalue = "free"', "`use.by` cannot be imported"),
    (f'{FACT}field = "use.attack-lawful"\nvalue = "yes"', "`use.attack-lawful` cannot be imported"),
    (f'{FACT}field = "registration.tier"\nvalue = "fre"', "`fre` is not a value of"),
    (f'{FACT}field = "registration.tier"', "a fact has either a value or an attribute"),
    (f'{FACT}field = "registration.tier"\nattribute = "a"', "go together"),
    (
        f'{FACT}field = "registration.tier"\nattribute = "a"\nvalues = {{ a = "free" }}\ndefault = "a"',
        "a default and its document go together",
    ),
    (
        f'{FACT}field = "registration.tier"\nattribute = "a"\nvalues = {{ a = "free" }}\n'
        'default = "a"\nper = "nowhere"',
        "there is no document `nowhere`",
    ),
    (
        f'{FACT}field = "registration.tier"\nattribute = "a"\nvalues = {{ a = "free" }}\n'
        'default = "A"\nper = "client-reference"',
        "nothing says what the default `A` means",
    ),
    ('[[rule]]\narm = "a"\nis = "b"\nholds = { type = "t" }\n', "`holds` names the `type`"),
    ('[[rule]]\nterraform = "a"\nis = "b"\nholds = { sku = "t" }\n', "`holds` names the `type`"),
    (
        '[[rule]]\nterraform = "a"\nis = "b"\nwhere = { c = ["d"] }\nholds = { type = "t" }\n',
        "`holds` names the `type`",
    ),
]


@pytest.mark.parametrize(("text", "message"), WRONG)
def test_what_does_not_fit_in_rules_is_told_at_its_place(text: str, message: str) -> None:
    with pytest.raises(InvalidError) as wrong:
        read_rules(source_from_text("a.imports.toml", text), VOCABULARY)
    assert {found.code for found in wrong.value.diagnostics} == {"E113"}
    assert message in wrong.value.diagnostics[0].message


def test_a_default_of_a_call_is_one_of_its_values_in_any_case() -> None:
    text = FACT.replace('arm = "a"', 'call = "GET /a"') + (
        'field = "registration.tier"\nattribute = "a"\nvalues = { a = "free" }\n'
        'default = "A"\nper = "client-reference"\n'
    )
    (rule,) = read_rules(source_from_text("a.imports.toml", text), VOCABULARY)
    assert rule.facts[0].default == "A"


def test_texts_are_held_to_the_pattern_of_their_own_key(monkeypatch: pytest.MonkeyPatch) -> None:
    held = ImportKey("A type.", "", {"type": "string", "pattern": "^[A-Z]+$"})
    monkeypatch.setattr("clausewise.importing.rules.KEYS", {**KEYS, "arm": held})
    for kind, fits in (("ABC", True), ("abc", False), ("GET /a", False)):
        source = source_from_text("a.imports.toml", f'[[rule]]\narm = "{kind}"\nis = "b"\n')
        if fits:
            assert read_rules(source, VOCABULARY)
        else:
            with pytest.raises(InvalidError, match="`arm` does not fit"):
                read_rules(source, VOCABULARY)
