"""What authors of rules elsewhere use: the strategies of `clausewise.testing`, and the pytest plugin."""

from __future__ import annotations

import re
import shutil
from pathlib import Path

import pytest
from hypothesis import Phase, find, given, settings

from clausewise.dsl.models.deployment import Terms
from clausewise.dsl.text.diagnostic import InvalidError
from clausewise.testing import Drawn, deployments
from tests.conftest import APART, ROOT, write_reference

pytest_plugins = ["pytester"]
FACE = deployments("face-recognition")


@given(FACE)
def test_drawn_designs_have_no_mistakes(drawn: Drawn) -> None:
    drawn.deployment()
    assert drawn.text.startswith('deployment "Drawn"')
    assert repr(drawn) == f"\n{drawn.text}"


PATTERNS = {
    "a draft": r'"Drawn" draft',
    "an open list": r", \.\.\.",
    "an open list of unknown beginning": r"  purpose +\.\.\.",
    "an unknown fact": "unknown",
    "none": r"acts-for +none",
    "a vague term": r"kind +(public-body|law-enforcement)",
    "a range of ages": r"ages +\d+\.\.17",
    "a place in the United States": r"jurisdiction +US-",
    "an attestation": "attested by",
    "evidence": "evidence",
    "a reference": r"by +actor-2",
}


def test_every_kind_of_fact_is_drawn() -> None:
    """Within two thousand designs, or `find` raises."""
    left = set(PATTERNS)

    def is_last(drawn: Drawn) -> bool:
        left.difference_update(w for w in [*left] if re.search(PATTERNS[w], drawn.text))
        return not left

    find(FACE, is_last, settings=settings(max_examples=2000, phases=[Phase.generate]))


def test_examples_shrink(tmp_path: Path) -> None:
    """By a small vocabulary: of the packs', each step draws a hundred fields."""
    write_reference(tmp_path)
    doors = deployments(tmp_path / "doors.vocabulary")
    drawn = find(doors, lambda d: "implied" in d.text, settings=settings(database=None))
    blocks = [block for block in drawn.tree.blocks if block.statements]
    assert len(blocks) <= 2


PINS = "actor acme {\n}\nuse u {\n  timing  real-time\n  by  acme\n}\n"


@given(deployments("face-recognition", pins=PINS))
def test_pins_always_hold(drawn: Drawn) -> None:
    fact = drawn.deployment().fact("u.timing")
    assert fact is not None
    assert fact.value == Terms(("real-time",))
    assert "acme" in drawn.deployment().entities


def test_mistakes_in_pins_are_told() -> None:
    with pytest.raises(InvalidError):
        deployments("face-recognition", pins="use u {")
    with pytest.raises(InvalidError) as raised:
        deployments("face-recogniton")
    assert raised.value.diagnostics[0].hint == "did you mean `face-recognition`?"

    with pytest.raises(InvalidError):
        deployments("face-recognition", pins="use u {\n  timing  reel-time\n}\n")


def test_the_example_of_the_page_runs() -> None:
    page = (ROOT / "docs" / "testing.md").read_text(encoding="utf-8")
    (example,) = re.findall(r"```python\n(from hypothesis.*?)```", page, re.DOTALL)
    names: dict[str, object] = {}
    exec(compile(example, "testing.md", "exec"), names)
    laws = [value for name, value in names.items() if name.startswith("test_")]
    assert len(laws) == 1
    laws[0]()  # type: ignore[operator]


# the plugin


@pytest.fixture
def project(pytester: pytest.Pytester, doors: Path) -> pytest.Pytester:
    """A project of someone else's, with the reference's policy and cases."""
    for path in doors.iterdir():
        if path.suffix in (".vocabulary", ".policy", ".cases") or path.name == "front.design":
            (pytester.path / path.name).write_bytes(path.read_bytes())
    return pytester


def test_cases_are_tests(project: pytest.Pytester) -> None:
    project.runpytest(*APART).assert_outcomes(passed=3)


def test_a_failing_case_says_what_differs(project: pytest.Pytester) -> None:
    path = project.path / "door-code.cases"
    text = path.read_text(encoding="utf-8")
    path.write_text(text.replace("us-police met", "us-police violated"), encoding="utf-8")
    result = project.runpytest(*APART)
    result.assert_outcomes(passed=2, failed=1)
    said = result.stdout.str()
    assert "us-police is met" in said
    assert re.search(r"door-code\.cases:15:\d+", said)
    assert "Traceback" not in said
    assert "runtest" not in said


@pytest.mark.parametrize("content", ["", 'case "a" {'])
def test_a_file_that_cannot_be_run_fails_alone(project: pytest.Pytester, content: str) -> None:
    good = project.path / "good" / "door-code.cases"
    shutil.copytree(project.path, good.parent)
    (project.path / "door-code.cases").write_text(content, encoding="utf-8")
    result = project.runpytest(*APART)
    result.assert_outcomes(passed=3, failed=1)
    assert "error[E" in result.stdout.str()
