"""Syntax errors: all of a file are reported, each at its place, in the words of the language."""

from __future__ import annotations

import pytest

from clausewise.dsl.parsing.parser import MAX_SYNTAX_ERRORS, FileKind, parse
from clausewise.dsl.syntax import DefinitionNode
from clausewise.dsl.text.source import Source

# Programs, divided by `---`. A line that is wrong ends in `#! ` and the message expected there.
PROGRAMS_OF_DESIGNS = """
deployment "x"
actor a {
  kind company extra  #! values of a list are separated by commas
  jurisdiction  #! this field has no value
  acts-for none,  #! the list ends in a comma
}
use b  #! a block needs a brace after its name
camera "c" {  #! a block begins with a type and a name
  mount fixed
}
---
deployment x  #! a title stands in quotes
---
deployment "x"
judged by "y"  #! `judged by` names a policy
as of today  #! `as of` names a day
as of 2026-02-30  #! `2026-02-30` is not a day of the calendar
---
deployment "x"
people p {
  ages 18..3  #! the range `18..3` is empty
  consent explicit evidence form  #! evidence is a path or an address in quotes
  ages 18.. from plan.json#a  #! `from` names a file and an address in it, in quotes
  harm no attested by me  #! an attestation names a person
  note "half  #! this text has no closing quote
  consent implied evidence "\\\\a\\b"  #! `\\b` stands for nothing in a text
  kind @home  #! `@` is not a part of the language
}
---
deployment "x"
actor a {
  kind b
use c {  #! a block lies inside another
  by a
}
people d {
}
---
deployment "x"
actor a {
  kind b  #! a block is not closed
---
deployment "x"
judged by y
actor a {
  kind b
}
}  #! this brace closes nothing
5  #! a block begins with a type and a name
law {  #! a block is not closed
---
deployment "x"
actor a {
  kind b
}

us  #! a block begins with a type and a name
"""

PROGRAMS_OF_POLICIES = """
policy p
clause a {
  prohibits use
  because "x"  #! a rule binds a type and a variable
}
clause b { what }  #! this is not a part of a clause
define d(x: use) x  #! `x` is not expected here
clause c {
  prohibits where some a in use has a.kind is b  #! a quantifier needs `has` and a condition in brackets
}
---
policy p
clause a { prohibits use u where u.a is b because "{u}" }
}  #! this brace closes nothing
---
policy p
document note "A note" 2026-01-01  #! a document has a title, and the day of its version
clause a {
  prohibits use u
  breach late where u.by is b
    because "x"  #! a breach has a name, a condition, and its texts in braces
}
clause b {
  prohibits use u
  breach late where u.by is b { because "x"  from 2026-01-01 }  #! this is not a part of a breach
}
clause c { per "note" }  #! names stand without quotes
clause d { prohibits use u where u.way overlaps marked }  #! `marked` names a mark of the vocabulary
warning e { warns use u where u.by is b  unless f where u.by is c }  #! this is not a part of a warning
"""
PROGRAMS_OF_VOCABULARIES = """
vocabulary v
subject deployment
mark bright "is bright"
mark dark is dark  #! a mark has a name, and says something in quotes
taxonomy way { card marked }  #! `marked` names marks that are declared
"""
PROGRAMS_OF_CASES = """
case "x" {
  design "x.design"
  expect late violated by  #! `by` names breaches of the clause
}
case "y" {
  design {
    deployment "x"
    actor a {
      kind company extra  #! a field ends with its line
      jurisdiction  #! this field has no value
      part none,  #! the list ends in a comma
    }
  }
}
"""


def marked(program: str) -> tuple[str, dict[int, str]]:
    text, expected = [], {}
    for number, line in enumerate(program.lstrip("\n").splitlines(), 1):
        code, sign, message = line.partition("  #! ")
        text.append(code)
        if sign:
            expected[number] = message
    return "\n".join(text) + "\n", expected


@pytest.mark.parametrize(
    ("kind", "program"),
    [("design", p) for p in PROGRAMS_OF_DESIGNS.split("---\n")]
    + [("policy", p) for p in PROGRAMS_OF_POLICIES.split("---\n")]
    + [("vocabulary", PROGRAMS_OF_VOCABULARIES), ("cases", PROGRAMS_OF_CASES)],
)
def test_mistakes_are_reported_at_their_lines(kind: FileKind, program: str) -> None:
    text, expected = marked(program)
    for whole in (text, text.rstrip("\n")):  # whoever types is mostly at the end
        _, problems = parse(Source("x", whole), kind)
        assert {p.position[0]: p.message for p in problems} == expected
        assert len(problems) == len(expected)
        assert all(p.hint for p in problems)


def test_a_hint_names_the_field_in_a_block_of_one_line() -> None:
    _, (problem,) = parse(Source("x", 'deployment "x"\nuse a { purpose }\n'), "design")
    assert problem.hint == "write its value behind `purpose`, or `purpose unknown`"


def test_what_is_unfinished_takes_no_declaration_after_it_along() -> None:
    text = """policy a
vocabulary b
title "x"
define c(u: use) means u.x is y or

# What comes next has no fault.
define d(u: use) means u.x is
define e(u: use) means u.x is y
"""
    tree, found = parse(Source("a.policy", text), "policy")
    assert [(one.message, one.position) for one in found] == [
        ("a condition is missing here", (4, 34)),
        ("a condition is missing here", (7, 29)),
    ]
    assert tree is not None
    assert [item.name.text for item in tree.items if isinstance(item, DefinitionNode)] == ["e"]


def test_what_can_be_read_is_read() -> None:
    text = 'deployment "x"\nactor a {\n  kind b c\n  acts-for none\n}\nactor b {\n  kind c\n}\n'
    tree, problems = parse(Source("x", text), "design")
    assert len(problems) == 1
    assert tree is not None
    assert [s.field.text for block in tree.blocks for s in block.statements] == ["acts-for", "kind"]


def test_mistakes_are_bounded() -> None:
    text = 'deployment "x"\nactor a {\n' + "  kind b c\n" * 1000 + "}\n"
    _, problems = parse(Source("x", text), "design")
    assert len(problems) == MAX_SYNTAX_ERRORS
