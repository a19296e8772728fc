"""What has been replaced stays readable, and everything says what to write instead."""

from __future__ import annotations

import json
from pathlib import Path

import jsonschema
import pytest

from clausewise.dsl.json.schema import design_schema
from clausewise.dsl.parsing.parser import parse
from clausewise.dsl.printing.trees import print_tree
from clausewise.dsl.text.source import Source
from clausewise.formats.policy.glossary import vocabulary_page
from clausewise.formats.policy.template import design_template
from clausewise.intake.load import load_policy
from tests.security.conftest import run

VOCABULARY = """vocabulary clubs
subject deployment

taxonomy hue {
  blue
  green "leaves" also "verdant" replaced "write `blue`"
  greenish
}

entity club "a club" {
  shut  yes-no      world  evidenced
    replaced "write `open`, with the contrary"
    ask "Is {club} shut?"
  open  yes-no      world             ask "Is {club} open?"
  hues  any of hue  choice            ask "Which hues has {club}?"
}
"""
POLICY = """policy club-code
vocabulary clubs
clause c {
  at "1"  quotes "q"  says "s"
  prohibits club c where c.open is no or c.hues is none
  because "b"
}
"""
DESIGN = """deployment "x"
judged by club-code
club one {
  open  yes
  shut  no
  hues  blue, green
}
"""


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """The working folder, with a vocabulary in which some has been replaced."""
    for name, text in (
        ("clubs.vocabulary", VOCABULARY),
        ("club-code.policy", POLICY),
        ("other-code.policy", POLICY.replace("club-code", "other-code")),
        ("x.design", DESIGN),
    ):
        (tmp_path / name).write_text(text)
    monkeypatch.chdir(tmp_path)
    return tmp_path


def test_a_design_that_states_it_is_judged_and_warned(folder: Path) -> None:
    del folder
    ended = run("check", "x.design")
    said = " ".join(ended.said.split())
    assert (ended.code, "PERMITTED" in said) == (0, True)
    assert "warning[W703]: `shut` has been replaced x.design:5:3" in said
    assert "hint: write `open`, with the contrary" in said
    assert "warning[W703]: `green` has been replaced as a value of `hues` x.design:6:3" in said
    assert "hint: write `blue`" in said
    assert said.count("warning[W703]") == 2


def test_json_is_warned_alike_and_once(folder: Path) -> None:
    stated = {"open": True, "shut": {"value": False}, "hues": ["green"]}
    design = {"deployment": "x", "judged-by": ["club-code", "other-code"], "club": {"one": stated}}
    (folder / "y.json").write_text(json.dumps(design))
    (found,) = run("check", "y.json", "-f", "json").json()["designs"]
    assert [one["code"] for one in found["diagnostics"]] == ["W703", "W703"]
    assert len(found["policies"]) == 2


def test_what_is_current_gets_no_warning(folder: Path) -> None:
    (folder / "x.design").write_text(DESIGN.replace("  shut  no\n", "").replace(", green", ""))
    assert "W703" not in run("check", "x.design").said


def test_a_new_design_leaves_it_out(folder: Path) -> None:
    new = design_template(load_policy("club-code", folder), "T")
    assert "open unknown" in new
    assert "shut" not in new
    assert "any of: blue, greenish" in " ".join(new.split())


def test_no_hint_offers_it(folder: Path) -> None:
    for wrong in (DESIGN.replace("shut", "shutt"), DESIGN.replace("green", "gren")):
        (folder / "x.design").write_text(wrong)
        said = run("check", "x.design").said
        assert "hint: " in said
        assert "`shut`" not in said
        assert "`green`" not in said


def test_no_question_offers_it(folder: Path) -> None:
    (folder / "x.design").write_text(DESIGN.replace("  hues  blue, green\n", ""))
    (found,) = run("check", "x.design", "-f", "json").json()["designs"]
    (question,) = found["policies"][0]["questions"]
    assert "blue" in json.dumps(question)
    assert '"green"' not in json.dumps(question)


def test_the_schema_marks_it_as_deprecated(folder: Path) -> None:
    schema = design_schema(load_policy("club-code", folder).vocabulary)
    fields = schema["$defs"]["club"]["properties"]
    assert [name for name, field in fields.items() if field.get("deprecated")] == ["shut"]
    assert fields["shut"]["description"] == "replaced: write `open`, with the contrary"
    old = {"deployment": "x", "club": {"one": {"shut": False, "hues": ["green"]}}}
    jsonschema.validate(old, schema)


def test_the_page_of_the_vocabulary_says_so(folder: Path) -> None:
    page = vocabulary_page(load_policy("club-code", folder).vocabulary)
    (row,) = [line for line in page.splitlines() if line.startswith("| `shut`")]
    assert "replaced: write" in row
    assert "(replaced: write" in page.split("`green`")[1]


def test_it_is_printed_as_it_was_written() -> None:
    tree, problems = parse(Source("clubs.vocabulary", VOCABULARY), "vocabulary")
    assert not problems
    assert tree is not None
    assert print_tree(tree) == VOCABULARY
