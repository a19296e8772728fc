"""An entity to which nothing leads is told of wherever a verdict is."""

from __future__ import annotations

import csv
import json
import re
from pathlib import Path

import pytest

from tests.conftest import reference_examples
from tests.security.conftest import run

POLICE = "\nactor swat {\n  kind          police\n  jurisdiction  US-TX\n  acts-for      none\n}\n"
CHILDREN = "\npeople passers-by {\n  ages  ..12\n}\n"
FACE = """deployment "x"
judged by face-code-of-conduct
actor acme {
  kind      company
  acts-for  none
}
actor police {
  kind          police-department
  jurisdiction  US-WA
  acts-for      FOR
}
people passers-by {
  consent  none
}
use u {
  by  acme
}
"""


def write(designs: Path, more: str) -> Path:
    path = designs / "x.design"
    path.write_text(reference_examples()["design"] + more)
    return path


@pytest.mark.parametrize("format_", ["text", "json", "sarif", "junit", "markdown"])
@pytest.mark.parametrize(("more", "name"), [(POLICE, "swat"), (CHILDREN, "passers-by")])
def test_every_format_says_so(designs: Path, more: str, name: str, format_: str) -> None:
    path = write(designs, more)
    ended = run("check", path, "-f", format_)
    assert ended.code == 0
    assert "W702" in ended.out
    assert name in ended.out
    assert "W702" not in run("check", designs / "good.design", "-f", format_).out.replace(
        '"id": "W702"', ""
    )


@pytest.mark.parametrize("command", ["ask", "explain"])
def test_so_do_ask_and_explain(designs: Path, command: str) -> None:
    assert "W702" in run(command, write(designs, CHILDREN)).said
    assert "W702" not in run(command, designs / "good.design").said


@pytest.mark.parametrize("as_json", [False, True])
def test_so_does_a_portfolio(designs: Path, as_json: bool) -> None:
    """JSON goes another way there."""
    if as_json:
        design = json.loads(reference_examples()["json"])
        design["people"]["passers-by"] = {"ages": "..12"}
        (designs / "x.jsonl").write_text(json.dumps(design) + "\n")
        given = designs / "x.jsonl"
    else:
        given = write(designs, CHILDREN)
    assert '"unreached": ["passers-by"]' in run("portfolio", given, "-f", "jsonl").out
    (row,) = csv.DictReader(run("portfolio", given, "-f", "csv").out.splitlines())
    assert row["unreached"] == "passers-by"
    assert "1  with entities to which nothing leads (W702)" in run("portfolio", given).out


def test_the_header_of_the_verdict_says_so(designs: Path) -> None:
    lines = run("check", write(designs, CHILDREN)).out.splitlines()
    (number,) = [n for n, line in enumerate(lines) if "PERMITTED" in line]
    assert "nothing leads to passers-by (W702)" in lines[number + 1]


def test_it_stands_at_its_place(designs: Path) -> None:
    path = write(designs, POLICE)
    (found,) = run("check", path, "-f", "json").designs()["x.design"]["diagnostics"]
    line = path.read_text().splitlines().index("actor swat {") + 1
    assert (found["code"], found["line"]) == ("W702", line)
    assert "door.by" in found["hint"]


def test_json_is_warned_as_text_is(designs: Path) -> None:
    design = json.loads(reference_examples()["json"])
    design["people"]["passers-by"] = {"ages": "..12"}
    path = designs / "y.design.json"
    path.write_text(json.dumps(design))
    (found,) = run("check", path, "-f", "json").designs()["y.design.json"]["diagnostics"]
    assert found["code"] == "W702"


@pytest.mark.parametrize(
    "link",
    [
        "acts-for  swat",  # of acme, which runs the door
        "acts-for  other",  # over another
    ],
)
def test_what_is_reached_over_others_is_reached(designs: Path, link: str) -> None:
    other = "\nactor other {\n  acts-for  swat\n}\n" if "other" in link else ""
    path = write(designs, POLICE + other)
    path.write_text(path.read_text().replace("acts-for      none", link, 1))
    assert run("check", path, "-f", "json").designs()["x.design"]["diagnostics"] == []


@pytest.mark.parametrize(("acts_for", "alone"), [("none", True), ("acme", False)])
def test_who_names_one_that_is_reached_is_reached_where_a_clause_goes_through_all(
    designs: Path, acts_for: str, alone: bool
) -> None:
    """The code of conduct looks at all actors who act for one that is served."""
    path = designs / "x.design"
    part = "" if alone else "\n  part      runs-it"
    path.write_text(FACE.replace("FOR", acts_for + part))
    found = run("check", path, "-f", "json").designs()["x.design"]
    said = [one["message"] for one in found["diagnostics"]]
    assert [("`police`" in message) for message in said] == [True, False][not alone :]
    if not alone:
        assert found["verdict"] == "prohibited"


def test_a_circle_of_its_own_is_not_reached(designs: Path) -> None:
    ring = "\nactor a {\n  acts-for  b\n}\nactor b {\n  acts-for  a\n}\n"
    found = run("check", write(designs, ring), "-f", "json").designs()["x.design"]
    assert [one["code"] for one in found["diagnostics"]] == ["W702", "W702"]


def test_of_what_may_still_be_named_no_more_is_told_than_what_somebody_has_stated(
    designs: Path,
) -> None:
    """A new design, and a fresh draft, list an entity of each type, with all its lines as comments."""
    text = (
        'deployment "x"{}\njudged by door-code\npeople a {{}}\npeople b {{\n  ages 18..\n}}\n'
        "people c {{\n  ages 18..\n}}\ndoor d {{\n{}}}\n"
    )
    named = "  people c\n"
    for draft, by, told in (
        ("", "", "`b` `c`"),
        ("", named, "`a` `b`"),
        (" draft", named, "`b`"),
        (" draft", "", "`b` `c`"),
    ):
        (designs / "x.design").write_text(text.format(draft, by), encoding="utf-8")
        found = re.findall("nothing leads to (`.`)", run("check", "designs/x.design").err)
        assert " ".join(found) == told
