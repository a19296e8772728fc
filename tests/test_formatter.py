"""`clausewise fmt`: one layout, comments and blank lines kept, and nothing else changed."""

from __future__ import annotations

import os
import random
import re
from pathlib import Path

import pytest
from hypothesis import given, strategies as st

from clausewise.dsl.parsing.parser import FileKind, parse
from clausewise.dsl.printing import layout
from clausewise.dsl.printing.layout import format_source
from clausewise.dsl.text.source import Source
from clausewise.runs import fmt as formatting
from tests.conftest import ROOT, reference_examples
from tests.test_cli import run

KINDS: tuple[FileKind, ...] = ("design", "vocabulary", "policy", "cases", "laws")
FILES: list[tuple[FileKind, str]] = [
    (kind, path.read_text(encoding="utf-8"))
    for kind in KINDS
    for path in sorted(ROOT.glob(f"[ep]*/**/*.{kind}"))
]
FILES += [(kind, reference_examples()[kind]) for kind in KINDS]
FILES += [("cases", " # no case yet\n\n\n# nor here")]
UGLY = """# first

deployment   "Doors"   # beside the title
judged by door-code


door d {
# above a field
  by acme  # beside a field

  opens-by card,
     face
}
# last
"""
LAID_OUT = """# first

deployment "Doors"  # beside the title
judged by door-code

door d {
  # above a field
  by        acme  # beside a field

  opens-by  card, face
}
# last
"""


def formatted(text: str, kind: FileKind) -> str:
    found, problems = format_source(Source(f"x.{kind}", text), kind)
    assert found is not None, problems
    return found


def test_the_layout() -> None:
    assert formatted(UGLY, "design") == LAID_OUT


@pytest.mark.parametrize(("kind", "text"), FILES)
def test_files_keep_their_meaning_and_their_comments(kind: FileKind, text: str) -> None:
    laid_out = formatted(text, kind)
    if laid_out == text:  # as most files are kept
        return
    assert formatted(laid_out, kind) == laid_out
    assert parse(Source("x", laid_out), kind)[0] == parse(Source("x", text), kind)[0]
    comments = re.compile(r"^\s*(#.*\S)", re.MULTILINE)
    assert comments.findall(laid_out) == comments.findall(text)


@given(st.sampled_from([f for f in FILES if f[0] == "design"]), st.randoms(use_true_random=False))
def test_layout_does_not_matter(file: tuple[FileKind, str], random_: random.Random) -> None:
    kind, text = file
    blanks = ["", " ", "\t", "    "]
    lines = [
        random_.choice(blanks) + line.strip() + random_.choice(blanks)
        for line in text.splitlines()
        for _ in range(2 if not line.strip() and random_.random() < 0.5 else 1)
    ]
    changed = random_.choice(["\n", "\r\n"]).join(lines).replace("\r\n", "\n")
    assert formatted(changed, kind) == formatted(text, kind)


def test_a_file_with_mistakes_is_left_alone(tmp_path: Path) -> None:
    path = tmp_path / "x.design"
    path.write_bytes(b'deployment   "x"\r\nuse u {')
    code, out, err = run("fmt", path)
    assert (code, out, "E101" in err) == (2, "", True)
    assert path.read_bytes() == b'deployment   "x"\r\nuse u {'


def test_a_layout_that_loses_a_comment_is_not_given(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(layout, "_with_comments", lambda *_: LAID_OUT.splitlines()[1:])
    found, problems = format_source(Source("x.design", UGLY), "design")
    assert (found, [problem.code for problem in problems]) == (None, ["E106"])


def test_check_changes_nothing(tmp_path: Path) -> None:
    path = tmp_path / "x.design"
    path.write_text(UGLY)
    assert run("fmt", "--check", path)[0] == 1
    assert path.read_text() == UGLY
    assert run("fmt", path)[0] == 0
    assert path.read_text() == LAID_OUT
    assert run("fmt", "--check", tmp_path) == (0, "", "")


def test_a_file_is_written_whole_or_not_at_all(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = tmp_path / "x.design"
    path.write_text(UGLY)

    def fails(*_: object) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(os, "fsync", fails)
    monkeypatch.setattr(Path, "replace", fails)
    monkeypatch.setattr(os, "replace", fails)
    code, _, err = run("fmt", path)
    assert (code, "no space left" in err.lower()) == (2, True)
    assert "error[E105]" in err
    assert path.read_text() == UGLY
    assert list(tmp_path.iterdir()) == [path]


@pytest.mark.skipif(os.name != "posix", reason="needs permissions and symbolic links")
def test_permissions_and_links_are_kept(tmp_path: Path) -> None:
    path, link = tmp_path / "x.design", tmp_path / "link.design"
    path.write_text(UGLY)
    path.chmod(0o640)
    link.symlink_to(path)
    assert run("fmt", link)[0] == 0
    assert link.is_symlink()
    assert path.read_text() == LAID_OUT
    assert path.stat().st_mode & 0o777 == 0o640


def test_other_files_are_refused(tmp_path: Path) -> None:
    path = tmp_path / "x.txt"
    path.write_text("text")
    code, out, err = run("fmt", path)
    assert (code, out, "error[E104]" in err) == (2, "", True)
    assert set(formatting.KINDS) == {f".{kind}" for kind in KINDS}


HEAD = 'deployment "x"\njudged by p\n\n'
MISPLACED = [
    (
        "in a list",
        HEAD + "door d {\n  opens-by card,  # the gate\n    face  # the hall\n  keeps 3 days\n}\n",
        [
            "  # the gate",
            "  opens-by  card, face  # the hall",
            "  keeps     3 days",
        ],
    ),
    (
        "on a line of its own in a list",
        HEAD
        + "door d {\n  opens-by card,\n    # not yet\n    face\n  keeps 3 days  # as told\n}\n",
        [
            "  # not yet",
            "  opens-by  card, face",
            "  keeps     3 days  # as told",
        ],
    ),
    (
        "behind a block on one line",
        HEAD + "door d { keeps 3 days }  # the only one\n",
        ["  keeps  3 days", "}  # the only one"],
    ),
    (
        "in a header in another order",
        'deployment "x"\nas of 2026-01-02  # today\njudged by p  # for now\n',
        ["judged by p  # for now", "as of 2026-01-02  # today"],
    ),
]


@pytest.mark.parametrize(
    ("text", "expected"), [m[1:] for m in MISPLACED], ids=[m[0] for m in MISPLACED]
)
def test_a_comment_stays_with_its_owner(text: str, expected: list[str]) -> None:
    laid_out = formatted(text, "design")
    assert "\n".join(expected) in laid_out
    assert formatted(laid_out, "design") == laid_out


def test_a_comment_behind_the_design_of_a_case_stays_there() -> None:
    design = '  design {\n    deployment "x"\n    judged by p\n    door d {\n    }\n    # below\n'
    text = 'case "c" {\n' + design + "  }  # the design\n  expect permitted\n}\n"
    laid_out = formatted(text, "cases")
    assert "    }\n    # below\n  }  # the design\n  expect   permitted\n" in laid_out
    assert formatted(laid_out, "cases") == laid_out


BREACHES = """policy p
vocabulary  doors

# which text
document note "A note" on 2026-01-01 "https://example.org"  # its first version

clause c (C1) {
  per      note  # the whole clause
  prohibits door d
  # first
  breach late where d.keeps > 30 days {  # a month
    # why
    because  "b"
    per      note
  }
  breach seen where
      some p in d.people has (p.ages.youngest < 18 and p.consent is not explicit)
      or d.opens-by overlaps marked biometric {
    because  "b"
    # to do
    remedy   "r"
    # at the end
  }
  unless small per note where d.keeps < 1 day
}

# what for
warning w {
  # once
  warns door d where d.keeps > 1 year  # or so
  because  "b"
}
"""
MARKS = """vocabulary v
subject deployment

# what a mark is
mark bright "is bright"  # like the sun

taxonomy way {
  card "a card" also "pass" marked bright, dark {  # both
    # inside
    gold
  }
}
"""


@pytest.mark.parametrize(("kind", "text"), [("policy", BREACHES), ("vocabulary", MARKS)])
def test_comments_stay_beside_breaches_warnings_documents_and_marks(
    kind: FileKind, text: str
) -> None:
    assert formatted(text, kind) == text
    assert "# why" in formatted(" ".join(text.split("  ")), kind) or kind == "vocabulary"


def test_what_a_case_expects_of_breaches_and_warnings_is_kept() -> None:
    text = """case "x" {
  design   "x.design"
  expect   late violated by first, second because a.b
  expect   bystanders not-warned
}
"""
    assert formatted(text, "cases") == text


def test_a_comment_in_a_condition_stays_in_its_rule() -> None:
    text = reference_examples()["policy"]
    (line,) = [line for line in text.splitlines() if line.startswith("define ")][:1]
    head, means, body = line.partition(" means")
    changed = text.replace(line, f"{head}{means}  # why\n  {body}  # so", 1)
    laid_out = formatted(changed, "policy")
    assert f"# why\n{line}  # so" in laid_out


@pytest.mark.parametrize("end", ["\n", "\r\n"])
def test_line_ends_are_kept(tmp_path: Path, end: str) -> None:
    path = tmp_path / "x.design"
    path.write_bytes(LAID_OUT.replace("\n", end).encode())
    assert run("fmt", "--check", path) == (0, "", "")
    path.write_bytes(UGLY.replace("\n", end).encode())
    assert run("fmt", path)[0] == 0
    assert path.read_bytes() == LAID_OUT.replace("\n", end).encode()


@pytest.mark.parametrize("part", ["#\n", "a,", '"x" ', "{"])
def test_a_file_of_too_many_parts_is_not_laid_out(part: str) -> None:
    """It is read twice, so that a megabyte of the shortest lines took 8 seconds."""
    source = Source("x.design", part * (layout.MOST_PARTS // len(part.split()) + 1))
    text, problems = layout.format_source(source, "design")
    assert (text, [problem.code for problem in problems]) == (None, ["E106"])
    assert "too long to lay out" in problems[0].message


def test_texts_and_comments_count_as_one_part() -> None:
    assert len(layout.PART.findall('use u { # a, b, c\n keeps 1 day, "x, y \\" z" }')) == 10
