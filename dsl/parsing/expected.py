"""Explains syntax errors in the words of the language.

`EXAMPLES` holds texts with typical mistakes, and what to say of each. A mistake that is like none of them is
explained by the words that could have followed.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Iterable

from clausewise.dsl.text.names import did_you_mean, listed
from clausewise.dsl.trees.values import SECONDS

Explanation = tuple[str, str | None]
FIRST_WORD, TWO_WORDS = "(the first word)", "(the first two words)"
"""In a hint, that with which the line of the error begins."""

BRACELESS = "a block needs a brace after its name"
NESTED = "a block lies inside another"
CLOSES_NOTHING = ("this brace closes nothing", "remove it, or open a block before it")
_TITLE = 'deployment "x"'
_BLOCKS = [f"actor {name}{{\n{field}}}" for name in ("", "a ") for field in ("", "kind b\n")]
_BETWEEN = tuple(
    f"{_TITLE}\n{part}\n" for part in ("", "judged by y", "as of 2026-01-01", *_BLOCKS)
)
"""Ends of a part of a design: the parser is in another state behind each."""
_DESIGN: list[tuple[Explanation, list[str]]] = [
    (
        ("a design begins with its subject and a title", 'begin with `deployment "A title"`'),
        ["", "deployment\n", "actor a {\n}\n", "{\n", '"x"\n'],
    ),
    (
        ("nothing but `draft` may follow the title", "put each block on a line of its own"),
        ['deployment "x" actor a {\n}\n', 'deployment "x" drafty\n', 'deployment "x" 5\n'],
    ),
    (
        (
            BRACELESS,
            f"write `{TWO_WORDS} {{`, or put this into a block",
        ),
        ['deployment "x"\nactor a\nkind b\n}\n', 'deployment "x"\nactor a b {\n}\n'],
    ),
    (
        ("a block begins with a type and a name", "write `actor contoso {`"),
        [
            'deployment "x"\nactor "a" {\n}\n',
            *(f"{text}{word}\n" for text in _BETWEEN for word in ("5", '"a"')),
        ],
    ),
    (
        CLOSES_NOTHING,
        [f"{text}}}\n" for text in _BETWEEN],
    ),
    (
        (
            "this field has no value",
            f"write its value behind `{FIRST_WORD}`, or `{FIRST_WORD} unknown`",
        ),
        ['deployment "x"\nactor a {\nkind\n}\n', 'deployment "x"\nactor a {\nkind ,\n}\n'],
    ),
    (
        (
            "a field ends with its line",
            "put what follows on the next line; the values of a list are separated by commas",
        ),
        [
            'deployment "x"\nactor a {\nkind a b\n}\n',
            'deployment "x"\nactor a {\nkind a "b"\n}\n',
            'deployment "x"\nactor a {\nages 1.. 2\n}\n',
        ],
    ),
    (
        ("the list ends in a comma", "add a value after the comma, or remove it"),
        ['deployment "x"\nactor a {\nkind b,\n}\n'],
    ),
    (
        (NESTED, "close the block above with `}` first"),
        [
            'deployment "x"\nactor a {\nkind b\nuse c {\n}\n',
            'deployment "x"\nactor a {\nuse {\n}\n',
        ],
    ),
    (
        ("a block is not closed", "add `}` on a line of its own"),
        [
            'deployment "x"\nactor a {\n',
            'deployment "x"\nactor {\n',
            'deployment "x"\nactor a {\nkind b\n',
        ],
    ),
    (
        ("evidence is a path or an address in quotes", 'write `evidence "forms/release.pdf"`'),
        ['deployment "x"\nactor a {\nkind b evidence c\n}\n'],
    ),
    (
        ("an attestation names a person", 'write `attested by "R. Diaz, counsel" on 2026-11-02`'),
        [
            'deployment "x"\nactor a {\nkind b attested\n}\n',
            'deployment "x"\nactor a {\nkind b attested "x"\n}\n',
            'deployment "x"\nactor a {\nkind b attested by me\n}\n',
            'deployment "x"\nactor a {\nkind b attested by "x" on monday\n}\n',
        ],
    ),
    (
        ("`judged by` names a policy", "write `judged by face-code-of-conduct`"),
        [
            'deployment "x"\njudged\n',
            'deployment "x"\njudged by\n',
            'deployment "x"\njudged by "x"\n',
        ],
    ),
    (
        ("`as of` names a day", "write `as of 2026-11-23`"),
        ['deployment "x"\nas\n', 'deployment "x"\nas of\n', 'deployment "x"\nas of today\n'],
    ),
]

_VOCABULARY: list[tuple[Explanation, list[str]]] = [
    (
        ("a vocabulary begins with its name", "begin with `vocabulary a-name`"),
        ["", "taxonomy", "vocabulary", 'vocabulary "x"'],
    ),
    (
        ("a vocabulary holds marks, taxonomies and entities", "write `taxonomy a-name { ... }`"),
        ["vocabulary x actor", "vocabulary x subject y }", "vocabulary x taxonomy y { } z"],
    ),
    (
        ("an entity type needs a description in quotes", 'write `entity actor "who acts" {`'),
        ["vocabulary x entity y {", "vocabulary x entity y z"],
    ),
    (
        (
            "this is not a type of field",
            "write `one of TAXONOMY`, `any of`, `some of`, `yes-no`, `number`, `duration`, `date`, `text`, `ages`",
        ),
        ['vocabulary x entity y "z" { f g', 'vocabulary x entity y "z" { f "g"'],
    ),
    (
        ("a field needs its kind", "write `world`, `choice` or `judgement` after the type"),
        [
            'vocabulary x entity y "z" { f text ask "?"',
            'vocabulary x entity y "z" { f one of g ask "?"',
            'vocabulary x entity y "z" { f one of g h',
        ],
    ),
    (
        ("a field needs the question that asks for it", 'write `ask "..."` after the kind'),
        [
            'vocabulary x entity y "z" { f text world }',
            'vocabulary x entity y "z" { f text world g',
        ],
    ),
    (
        ("a mark has a name, and says something in quotes", 'write `mark a-name "what it says"`'),
        ["vocabulary x mark y taxonomy", "vocabulary x mark y z", 'vocabulary x mark "z"'],
    ),
    (
        ("`marked` names marks that are declared", "write `a-term marked a-mark`"),
        [
            "vocabulary x taxonomy y { a marked }",
            'vocabulary x taxonomy y { a marked "z"',
            "policy x clause y marked {",
            "policy x clause y marked }",
            'policy x clause y marked "z"',
        ],
    ),
    (
        ("terms stand one after another", "leave the comma out"),
        [
            "vocabulary x taxonomy y { a,",
            'vocabulary x taxonomy y { a "b",',
            "vocabulary x taxonomy y { a { b,",
        ],
    ),
    (
        ("a term is a name, without quotes", "write `taxonomy a-name { a-term another }`"),
        ['vocabulary x taxonomy y { "a"', 'vocabulary x taxonomy y { a "b" "c"'],
    ),
    (
        ("a taxonomy is not closed", "add `}`"),
        [
            "vocabulary x taxonomy y { a",
            "vocabulary x taxonomy y {",
            "vocabulary x taxonomy y { a { b",
        ],
    ),
]

_POLICY: list[tuple[Explanation, list[str]]] = [
    (
        ("a policy begins with its name", "begin with `policy a-name`"),
        ["", "clause", "policy", 'policy "x"'],
    ),
    (
        ("a condition is missing here", "write a test, such as `a.kind is police-department`"),
        [
            "policy x clause y { prohibits where }",
            'policy x clause y { prohibits where because "z" }',
            "policy x clause y { prohibits where a is b and }",
            "policy x clause y { prohibits where a is b or }",
        ],
    ),
    (
        (
            "a quantifier needs `has` and a condition in brackets",
            "write `some a in S has (a.kind is b)`",
        ),
        [
            "policy x clause y { prohibits where some a in b }",
            "policy x clause y { prohibits where some a in b has c",
            "policy x clause y { prohibits where some a b",
        ],
    ),
    (
        ("a rule binds a type and a variable", "write `prohibits door d where C`"),
        ['policy x clause y { prohibits use because "z" }', "policy x clause y { prohibits use }"],
    ),
    (
        (
            "a breach has a name, a condition, and its texts in braces",
            'write `breach a-name where C { because "..." }`',
        ),
        [
            "policy x clause y { breach where",
            "policy x clause y { breach a {",
            'policy x clause y { breach a where b is c because "z"',
            "policy x clause y { breach a where b is c }",
        ],
    ),
    (
        ("this is not a part of a breach", "a breach has because, remedy and per"),
        [
            "policy x clause y { breach a where b is c { foo",
            'policy x clause y { breach a where b is c { because "z" from',
        ],
    ),
    (
        ("this is not a part of a warning", "a warning has `warns ... where C`, because, remedy"),
        [
            "policy x warning y { foo",
            'policy x warning y { because "z" unless',
            "policy x warning y { warns where a is b unless",
        ],
    ),
    (
        (
            "a document has a title, and the day of its version",
            'write `document a-name "A title" on 2026-11-23`',
        ),
        [
            "policy x document y on",
            'policy x document y "z" clause',
            'policy x document y "z" "w"',
            'policy x document y "z" on "w"',
        ],
    ),
    (
        ("`per` names a document that is declared", "write `per a-name`"),
        [
            "policy x clause y { per }",
            'policy x clause y { per "z"',
            "policy x define y() per means",
        ],
    ),
    (
        ("`marked` names a mark of the vocabulary", "write `x.field overlaps marked a-mark`"),
        [
            "policy x clause y { prohibits where a overlaps marked }",
            "policy x clause y { prohibits where a overlaps marked {",
        ],
    ),
    (
        ("an exception needs a name and a condition", "write `unless consent where ...`"),
        ["policy x clause y { unless where", "policy x clause y { unless a is"],
    ),
    (
        (
            "this is not a part of a clause",
            "a clause has at, quotes, says, a rule, breaches, because, remedy",
        ),
        ["policy x clause y { foo", 'policy x clause y { at "z" foo'],
    ),
    (
        ("a text in quotes is missing here", 'write it on one line: `"..."`'),
        ["policy x clause y { at }", "policy x clause y { says foo", "policy x title foo"],
    ),
    (
        ("a clause lies inside another", "close the clause above with `}` first"),
        [
            'policy x clause y { because "z" clause',
            'policy x clause y { remedy "z" section',
            'policy x clause y { prohibits where a is b because "z" clause',
        ],
    ),
    (
        ("a block is not closed", "add `}`"),
        ["policy x clause y {", 'policy x section y "z" {', 'policy x section y "z" { clause a {'],
    ),
]

_CASES: list[tuple[Explanation, list[str]]] = [
    (
        ("a case begins with a title in quotes", 'write `case "what it shows" {`'),
        ["design\n", "case\n", "case x {\n}\n", "expect prohibited\n", "{\n"],
    ),
    (
        ("this is not a line of a case", "a case has design, with, without, reading and expect"),
        [
            'case "x" {\nfoo\n}\n',
            'case "x" {\n"foo"\n}\n',
            'case "x" {\nexpect prohibited\nfoo\n}\n',
        ],
    ),
    (
        (
            "an expectation names a verdict, or a clause and its outcome",
            "write `expect prohibited`",
        ),
        ['case "x" {\nexpect\n}\n', 'case "x" {\nexpect "y"\n}\n'],
    ),
    (
        ("facts are written `entity.field`", "separate them by commas"),
        [
            'case "x" {\nexpect a violated because\n}\n',
            'case "x" {\nexpect a violated because "b"\n}\n',
            'case "x" {\nexpect a violated because b.\n}\n',
        ],
    ),
    (
        ("`by` names breaches of the clause", "write `violated by a-name, another`"),
        ['case "x" {\nexpect a violated by\n}\n', 'case "x" {\nexpect a violated by "b"\n}\n'],
    ),
    (
        ("a case is not closed", "add `}` on a line of its own"),
        ['case "x" {\n', 'case "x" {\nexpect prohibited\n'],
    ),
]

_CLOSING = tuple(f"{text}}}\n" for text in _BETWEEN)
"""Those whose last brace closes the design, where it lies in a case."""


def _in_a_case(texts: Iterable[str]) -> list[str]:
    told = [text for text in texts if text.startswith(_TITLE) and text not in _CLOSING]
    return [f'case "x" {{\ndesign {{\n{text}' for text in told]


_IN_A_CASE = [(said, told) for said, texts in _DESIGN if (told := _in_a_case(texts))]
"""The mistakes of a design from its title on, in the design of a case."""

_LAWS: list[tuple[Explanation, list[str]]] = [
    (
        ("laws begin with their name and their policy", "begin with `laws a-name for a-policy`"),
        ["", "law", "laws", 'laws "x"', "laws x", "laws x law", 'laws x for "y"'],
    ),
    (
        ("a law has a name, and says something in words", 'write `law a-name { says "..." ... }`'),
        [
            "laws x for y law {",
            'laws x for y law "a"',
            "laws x for y law a {",
            "laws x for y law a { always",
            "laws x for y law a { says always",
        ],
    ),
    (
        (
            "a law claims something",
            "write `always C`, `never C`, `possible C`, or `changing a.field to b never worsens`",
        ),
        [
            'laws x for y law a { says "b" }',
            'laws x for y law a { says "b" foo',
            'laws x for y law a { says "b" under defaults }',
            'laws x for y law a { says "b" when c is d }',
        ],
    ),
    (
        (
            "`under` names readings, or the defaults",
            "write `under reading consent is always`, or `under defaults`",
        ),
        ['laws x for y law a { says "b" under c', 'laws x for y law a { says "b" under always'],
    ),
    (
        ("a law ends in one claim", "close it with `}`, and make a law of each other claim"),
        [
            'laws x for y law a { says "b" always clause c is violated never',
            'laws x for y law a { says "b" changing c.d to e never worsens always',
        ],
    ),
    (
        (
            "a condition is missing here",
            "write a test, such as `verdict is permitted`, or `clause a-name is violated`",
        ),
        [
            'laws x for y law a { says "b" always }',
            'laws x for y law a { says "b" possible }',
            'laws x for y law a { says "b" when }',
            'laws x for y law a { says "b" when always',
        ],
    ),
    (
        (
            "a change names a fact, and what becomes of it",
            "write `changing people.consent from none to explicit never worsens`",
        ),
        [
            'laws x for y law a { says "b" changing }',
            'laws x for y law a { says "b" changing c.d to }',
            'laws x for y law a { says "b" changing c.d from }',
            'laws x for y law a { says "b" changing c.d }',
            'laws x for y law a { says "b" changing c.d to e }',
            'laws x for y law a { says "b" changing c.d to e always',
        ],
    ),
    (
        (
            "a term is added to a fact, and removed from one",
            "write `adding gender to use.infers never worsens`, or `removing gender from ...`",
        ),
        [
            'laws x for y law a { says "b" adding c.d',
            'laws x for y law a { says "b" adding }',
            'laws x for y law a { says "b" adding c from',
            'laws x for y law a { says "b" removing }',
            'laws x for y law a { says "b" removing c to',
        ],
    ),
]

EXAMPLES: dict[str, list[tuple[Explanation, list[str]]]] = {
    "design": _DESIGN,
    "vocabulary": _VOCABULARY,
    "policy": _POLICY,
    "cases": _CASES + _IN_A_CASE,
    "laws": _LAWS,
}
"""For each kind of file, explanations with texts that fail in the way they explain."""

_WORDS = {
    "NAME": "a name",
    "STRING": "a text in quotes",
    "NUMBER": "a number",
    "VERSION": "a version such as `1.0`",
    "DATE": "a date",
    "RANGE": "a range such as `18..`",
    "MORE": "`...`",
    "_NL": "the end of the line",
    "$END": "the end of the file",
    "LBRACE": "`{`",
    "RBRACE": "`}`",
    "LPAR": "`(`",
    "RPAR": "`)`",
    "COMMA": "a comma",
    "COLON": "`:`",
    "DOT": "`.`",
    "CLOSURE": "`*`",
    "PLUS": "`+`",
    "LESSTHAN": "`<`",
    "MORETHAN": "`>`",
    "EQUAL": "`=`",
    "UNIT": "a unit such as `days`",
    "OF_TYPE": "`one of`",
    "OR_NONE": "`or none`",
    "PLAIN_TYPE": "a type such as `yes-no`",
    "KIND": "`world`, `choice` or `judgement`",
    "MODIFIER": "`single` or `required`",
    "RULE": "`prohibits`, `requires` or `warns`",
    "_THAT": "`where`",
    "_ALSO": "`also`",
    "_LABEL": "`label`",
    "_SHORT": "`short`",
    "_REPLACED": "`replaced`",
    "BY_TWO": "`by two`",
    "_VERDICT": "`verdict`",
    "_PER": "`per`",
    "VERDICT_IS": "`verdict is`",
    "ALWAYS": "`always` or `never`",
    "_NEVER_WORSENS": "`never worsens`",
    "QUANTIFIER": "`some`, `every` or `no`",
    "OUTCOME_OF": "`clause`",
    "POLICY_OF_LAW": "`policy of law`",
    "_LAW_OF": "`law of`",
    "TEXT_ATTRIBUTE": "an attribute such as `says`",
    "DATE_ATTRIBUTE": "`from` or `until`",
}
_MOST_WORDS = 4
_AMOUNT = re.compile(r"(?<![\w.-])\d+(?:\.\d+)?[ \t]+\Z")


def what_follows(found: str, before: str, terminals: Collection[str]) -> str:
    """A hint for a word that cannot follow what stands before it on its line.

    It is the word of the language that is near, the units where an amount stands before it, or what may follow.
    """
    if near := nearest_word(found, terminals):
        return near
    if found.isalpha() and _AMOUNT.search(before):
        units = [f"`{unit}`" for unit in SECONDS]
        return did_you_mean(found, SECONDS) or f"the units of durations are {listed(units)}"
    return f"expected {expected_words(terminals)}"


def expected_words(terminals: Iterable[str]) -> str:
    """What may follow, in words: `a name, "{" or a comma`."""
    named = (name for name in terminals if not name.startswith("__ANON"))
    words = sorted({_WORDS.get(name, f"`{name.lower()}`") for name in named})[:_MOST_WORDS]
    return listed(words, "or")


def nearest_word(word: str, terminals: Collection[str]) -> str | None:
    """A hint that names the word of the language that was meant, if one that may follow is near."""
    words = [name.lower() for name in terminals if name not in _WORDS and name.isalpha()]
    return did_you_mean(word, words) if word.isalpha() else None
