"""The rules of import of a vocabulary: which resource, attribute or call gives which field (docs/import.md).

They stand in a file beside the vocabulary, `NAME.imports.toml`, an entry `[[rule]]` for each kind of resource or
call.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping
from pathlib import Path
from typing import Any, cast, get_args

from clausewise.dsl.models.vocabulary import Field, Vocabulary
from clausewise.dsl.startup.lean import field, lean_dataclass, replace
from clausewise.dsl.text.diagnostic import Diagnostics, InvalidError
from clausewise.dsl.text.names import hint_for
from clausewise.dsl.text.source import Source, Span
from clausewise.importing.seen import Vendor, folded
from clausewise.intake.packages import refuse_changed
from clausewise.intake.texts import read
from clausewise.intake.toml import span_of, table_of

SUFFIX = ".imports.toml"
VENDORS: tuple[Vendor, ...] = get_args(Vendor)
CALL = re.compile(r"^([A-Z]+|\*) /[^ ]+$")
"""A method and a path."""
_HOLDER = {"terraform", "is", "holds", "maybe"}
ENTRY = r"^[ \t]*\[\[[ \t]*[\"']?rule[\"']?[ \t]*\]\]"


@lean_dataclass(frozen=True, slots=True)
class ImportKey:
    """What an entry can say."""

    says: str
    example: str
    schema: Mapping[str, Any]
    required: bool = False


_TEXT: Mapping[str, Any] = {"type": "string", "minLength": 1}
_TEXTS: Mapping[str, Any] = {"type": "array", "items": _TEXT}
_TABLE: Mapping[str, Any] = {"type": "object", "additionalProperties": _TEXT}

FACT_KEYS: Mapping[str, ImportKey] = {
    "field": ImportKey(
        "The field that is stated, `type.field`.", '"registration.tier"', _TEXT, required=True
    ),
    "value": ImportKey(
        "The value, where it follows from the resource or the call itself.", '"verify"', _TEXT
    ),
    "attribute": ImportKey(
        "The attribute, or the parameter of a call, from which the value follows; `a.b` is one within another.",
        '"sku_name"',
        _TEXT,
    ),
    "values": ImportKey(
        "What each value of the attribute means, in the words of the vocabulary.",
        '{ S0 = "standard" }',
        _TABLE,
    ),
    "nothing": ImportKey(
        "Values of the attribute from which nothing follows.", '["false"]', _TEXTS
    ),
    "default": ImportKey("The value of the attribute where it is not there.", '"true"', _TEXT),
    "per": ImportKey(
        "The document of the vocabulary that says so, which a default needs.",
        '"client-reference"',
        _TEXT,
    ),
}
"""What a `[[rule.fact]]` says, by name, in the order in which they are written."""
KEYS: Mapping[str, ImportKey] = {
    "terraform": ImportKey(
        "The type of a resource of Terraform.", '"azurerm_cognitive_account"', _TEXT
    ),
    "arm": ImportKey(
        "The type of a resource of ARM, in any case.",
        '"Microsoft.CognitiveServices/accounts"',
        _TEXT,
    ),
    "call": ImportKey(
        "A method, or `*`, and the end of a path; `*` stands for one part of it.",
        '"POST /face/*/detect"',
        {**_TEXT, "pattern": CALL.pattern},
    ),
    "is": ImportKey("What it is, in a few words.", '"a Face account"', _TEXT, required=True),
    "where": ImportKey(
        "Values that attributes must have, one of each list.",
        '{ kind = ["Face"] }',
        {"type": "object", "additionalProperties": _TEXTS},
    ),
    "maybe": ImportKey(
        "Why it may be of no concern, so that nothing follows and it is only named.",
        '"it may expose Face"',
        _TEXT,
    ),
    "holds": ImportKey(
        "That a resource of Terraform holds one of ARM, about which the rules `arm` are: its `type`, and the "
        "attributes of it that have other names here.",
        '{ type = "type", sku = "body.sku" }',
        _TABLE,
    ),
    "unused": ImportKey(
        "Attributes that are read and named, and from which nothing follows.",
        '{ location = "region" }',
        _TABLE,
    ),
    "fact": ImportKey(
        "What follows, an entry `[[rule.fact]]` each.",
        '[{ field = "use.operation", value = "verify" }]',
        {"type": "array"},
    ),
}
"""What a `[[rule]]` says, by name, in the order in which they are written."""


@lean_dataclass(frozen=True, slots=True)
class FactRule:
    """What follows for one field.

    Attributes:
        field: the field that is stated.
        value: the value, where it follows from the thing itself; else empty.
        attribute: the attribute from which it follows; else empty.
        values: what its values mean.
        nothing: values from which nothing follows.
        default: the attribute's value where it is not there, by the document `per`; empty if nothing is known.
    """

    field: Field
    value: str
    attribute: str
    values: Mapping[str, str]
    nothing: frozenset[str]
    default: str
    per: str


@lean_dataclass(frozen=True, slots=True)
class Rule:
    """What one kind of resource or call means.

    Attributes:
        vendor: whose words `kind` is in.
        kind: the type of a resource; of a call its method, or `*`, and the end of its path.
        called: what it is.
        where: values that attributes must have, one of each.
        maybe: why it may be of no concern; then nothing follows. Empty if it is of concern.
        unused: attributes that are named and give nothing, and what each is.
        holds: the attributes of ARM that have other names, where a resource of Terraform holds one of ARM.
        of_arm: the type that the one that is held must have; empty where none is.
    """

    vendor: Vendor
    kind: str
    called: str
    where: Mapping[str, frozenset[str]]
    maybe: str
    unused: Mapping[str, str]
    facts: tuple[FactRule, ...]
    holds: Mapping[str, str] = field(default_factory=dict)
    of_arm: str = ""

    def held_by(self, holder: Rule) -> Rule:
        """A rule about a resource of ARM, as one about the resource of Terraform that holds it."""

        def renamed(attribute: str) -> str:
            first, dot, rest = attribute.partition(".")
            return f"{holder.holds.get(first, first)}{dot}{rest}"

        facts = [replace(one, attribute=renamed(one.attribute)) for one in self.facts]
        return replace(
            self,
            vendor=holder.vendor,
            kind=holder.kind,
            where={renamed(name): values for name, values in self.where.items()},
            unused={renamed(name): called for name, called in self.unused.items()},
            facts=tuple(facts),
            holds=holder.holds,
            of_arm=self.kind,
        )

    def is_about(self, kind: str) -> bool:
        """Whether it is about resources, or calls, of this kind. Case tells apart types of Terraform only."""
        if self.vendor == "terraform":
            return kind == self.kind
        if self.vendor == "arm":
            return kind.lower() == self.kind.lower()
        parts, wanted = _parts(kind), _parts(self.kind)
        ends = [parts[0], *parts[1:][-len(wanted) + 1 :]]
        return len(ends) == len(wanted) and all(
            other in ("*", one) for one, other in zip(ends, wanted, strict=True)
        )


def rules_for(vocabulary: Vocabulary) -> tuple[Rule, ...]:
    """The rules that stand beside a vocabulary and beside those that it extends, in that order.

    Raises:
        InvalidError: a file of rules cannot be read, is of a pack and not as it was installed (E210), or something
            in it does not fit (E113).
    """
    found: list[Rule] = []
    for text in dict.fromkeys(vocabulary.sources):
        path = rules_path(Path(text.path))
        if path is not None:
            refuse_changed(path)
            found += read_rules(read(path, (SUFFIX,)), vocabulary)
    holders = [rule for rule in found if rule.holds]
    about_arm = [rule for rule in found if rule.vendor == "arm"]
    held = [one for holder in holders for one in _held(holder, about_arm)]
    return (*(rule for rule in found if not rule.holds), *held)


def _held(holder: Rule, about_arm: Iterable[Rule]) -> list[Rule]:
    """The rules about resources of ARM, as rules about the resource of Terraform that holds them.

    From one that may be of no concern, such as a change of a resource that stands elsewhere, nothing follows:
    it is only named, where it is of a type about which there are rules.
    """
    if not holder.maybe:
        return [rule.held_by(holder) for rule in about_arm]
    types = {rule.kind.lower(): rule.kind for rule in about_arm}
    return [replace(holder, of_arm=kind) for kind in types.values()]


def rules_path(vocabulary: Path) -> Path | None:
    """The file of rules beside a vocabulary, if there is one."""
    beside = vocabulary.with_name(f"{vocabulary.stem}{SUFFIX}")
    return beside if beside.is_file() else None


def read_rules(source: Source, vocabulary: Vocabulary) -> tuple[Rule, ...]:
    """The rules in a text, in the words of a vocabulary.

    Raises:
        InvalidError: something in it does not fit (E113).
    """
    return _Reader(source, vocabulary).rules()


class _Reader:
    """Reads the rules of one file, and collects what does not fit."""

    def __init__(self, source: Source, vocabulary: Vocabulary) -> None:
        self.source = source
        self.vocabulary = vocabulary
        self.problems = Diagnostics(source)

    def rules(self) -> tuple[Rule, ...]:
        table = table_of(self.source, "E113")
        for key in table:
            if key != "rule":
                self.wrong(key, f"there is no key `{key}`", hint_for(key, ["rule"], "keys"), None)
        entries = table.get("rule", [])
        if not _are_tables(entries):
            self.wrong("rule", "`rule` is no list of entries", "write `[[rule]]`", None)
            entries = []
        spans = self._spans(len(entries))
        found = [self._rule(*one) for one in zip(entries, spans, strict=True)]
        if self.problems.found:
            raise InvalidError(self.problems.found)
        return tuple(rule for rule in found if rule)

    def wrong(self, key: str, message: str, hint: str | None, within: Span | None) -> None:
        self.problems.add("E113", message, span_of(self.source, key, within), hint=hint)

    def _spans(self, count: int) -> list[Span]:
        """Where each entry is written."""
        text = self.source.text
        starts = [found.start() for found in re.finditer(ENTRY, text, re.MULTILINE)]
        if not starts or len(starts) != count:  # none, or they are written in some other way
            return [Span(0, len(text))] * count
        return [Span(*pair) for pair in zip(starts, [*starts[1:], len(text)], strict=True)]

    def _rule(self, entry: dict[str, Any], span: Span) -> Rule | None:
        if not self._fits(entry, KEYS, "a rule", span):
            return None
        vendors = [vendor for vendor in VENDORS if vendor in entry]
        if len(vendors) != 1:
            self.wrong("rule", "a rule is about one of `terraform`, `arm` and `call`", None, span)
            return None
        if "holds" in entry and (
            vendors != ["terraform"] or "type" not in entry["holds"] or entry.keys() - _HOLDER
        ):
            hint = "what follows, the rules `arm` say"
            message = (
                "`holds` names the `type`, and stands with `terraform`, `is` and `maybe` alone"
            )
            self.wrong("holds", message, hint, span)
        facts = [self._fact(one, vendors[0], span) for one in entry.get("fact", [])]
        return Rule(
            vendor=vendors[0],
            kind=entry[vendors[0]],
            called=entry["is"],
            where={name: frozenset(values) for name, values in entry.get("where", {}).items()},
            maybe=entry.get("maybe", ""),
            unused=entry.get("unused", {}),
            facts=tuple(fact for fact in facts if fact),
            holds=entry.get("holds", {}),
        )

    def _fact(self, entry: dict[str, Any], vendor: Vendor, span: Span) -> FactRule | None:
        if not self._fits(entry, FACT_KEYS, "a fact", span):
            return None
        field = self._field(entry["field"], span)
        if field is None or not self._says_one(entry, span):
            return None
        meant = [entry["value"]] if "value" in entry else [*entry["values"].values()]
        terms = self.vocabulary.taxonomy_of(field)
        for term in meant:
            if term not in terms:
                hint = hint_for(term, terms.current, "terms")
                self.wrong("field", f"`{term}` is not a value of `{entry['field']}`", hint, span)
        if "per" in entry and entry["per"] not in self.vocabulary.documents:
            hint = hint_for(entry["per"], self.vocabulary.documents, "documents")
            self.wrong("per", f"there is no document `{entry['per']}`", hint, span)
        known = [*entry.get("values", {}), *entry.get("nothing", [])]
        if "default" in entry and not {folded(entry["default"], vendor)} & {
            folded(value, vendor) for value in known
        }:
            hint = hint_for(entry["default"], known, "values")
            message = f"nothing says what the default `{entry['default']}` means"
            self.wrong("default", message, hint, span)
        return FactRule(
            field=field,
            value=entry.get("value", ""),
            attribute=entry.get("attribute", ""),
            values=entry.get("values", {}),
            nothing=frozenset(entry.get("nothing", [])),
            default=entry.get("default", ""),
            per=entry.get("per", ""),
        )

    def _field(self, name: str, span: Span) -> Field | None:
        """The field `type.field`, which must hold terms, and be no judgement: an import answers for nothing."""
        owner, _, field_name = name.partition(".")
        types = self.vocabulary.entities
        field = types[owner].fields.get(field_name) if owner in types else None
        if field is None:
            known = [
                f"{type_.name}.{one.name}" for type_ in types.values() for one in type_.current
            ]
            self.wrong(
                "field", f"there is no field `{name}`", hint_for(name, known, "fields"), span
            )
        elif not field.has_terms or field.kind == "judgement":
            hint = "choose one that holds terms, or `yes` and `no`"
            self.wrong("field", f"`{name}` cannot be imported", hint, span)
            return None
        return field

    def _says_one(self, entry: dict[str, Any], span: Span) -> bool:
        """Whether a fact says its value in one way, and by what document a default is so."""
        if ("value" in entry) is ("attribute" in entry):
            hint = 'write `value = "..."`, or `attribute = "..."` with `values`'
            self.wrong("field", "a fact has either a value or an attribute", hint, span)
        elif ("attribute" in entry) is not ("values" in entry):
            self.wrong("field", "an attribute and its `values` go together", None, span)
        elif ("default" in entry) is not ("per" in entry):
            hint = 'write `per = "..."`: the document that says what the default is'
            self.wrong("field", "a default and its document go together", hint, span)
        else:
            return True
        return False

    def _fits(
        self, entry: dict[str, Any], keys: Mapping[str, ImportKey], what: str, span: Span
    ) -> bool:
        before = len(self.problems.found)
        for name, message, hint in _misfits(entry, keys, what):
            self.wrong(name, message, hint, span)
        return len(self.problems.found) == before


def _misfits(
    entry: dict[str, Any], keys: Mapping[str, ImportKey], what: str
) -> Iterator[tuple[str, str, str | None]]:
    """What is wrong with an entry: a key, what is said of it, and a hint."""
    for name in entry:
        if name not in keys:
            yield name, f"{what} has no `{name}`", hint_for(name, keys, "keys")
    for name, key in keys.items():
        hint = f"write `{name} = {key.example}`: {key.says.lower().rstrip('.')}"
        if name not in entry:
            if key.required:
                yield "rule", f"{what} lacks `{name}`", hint
        elif not _is_as(entry[name], key.schema):
            yield name, f"`{name}` does not fit", hint


def _is_as(value: object, schema: Mapping[str, Any]) -> bool:
    """Whether a value is of the form that the schema of a key gives."""
    match schema["type"]:
        case "string":
            if not isinstance(value, str) or not value.strip():
                return False
            pattern = schema.get("pattern")
            return pattern is None or re.fullmatch(pattern, value) is not None
        case "object":
            below = schema["additionalProperties"]
            return isinstance(value, dict) and all(_is_as(one, below) for one in value.values())
        case _:
            if "items" not in schema:
                return _are_tables(value)
            return isinstance(value, list) and all(_is_as(v, schema["items"]) for v in value)


def _parts(call: str) -> list[str]:
    """The method of a call, and the parts of its path, in lower case."""
    method, _, path = call.lower().partition(" ")
    return [method, *path.strip("/").split("/")]


def _are_tables(value: object) -> bool:
    return isinstance(value, list) and all(isinstance(one, dict) for one in value)


def rules_schema() -> dict[str, Any]:
    """The JSON Schema of a file of rules, for editors."""
    fact = _object(FACT_KEYS)
    rule = _object(KEYS)
    rule["properties"]["fact"] |= {"items": fact}
    return {
        "$schema": "https://json-schema.org/draft/2020-12/schema",
        "title": "The rules of import of a vocabulary",
        "type": "object",
        "additionalProperties": False,
        "properties": {"rule": {"type": "array", "items": rule}},
    }


def _object(keys: Mapping[str, ImportKey]) -> dict[str, Any]:
    told = {n: cast("dict[str, Any]", {"description": k.says, **k.schema}) for n, k in keys.items()}
    return {
        "type": "object",
        "additionalProperties": False,
        "required": [name for name, key in keys.items() if key.required],
        "properties": told,
    }
