"""What a design costs is bounded: in size, time and combinations. Beyond a bound, the answer is a diagnostic."""

from __future__ import annotations

import json
import os
import subprocess
from pathlib import Path

import pytest

from clausewise.checking import check
from clausewise.dsl.files.reading import MAX_BYTES
from tests.security.conftest import COMMAND, run

HEADER = 'deployment "x"\njudged by face-code-of-conduct\n'
SECONDS = 60
"""Of processor time: many times as long as each takes. What grows with the square takes longer still."""
MEMORY = 1024**3


def listed(count: int, kind: str) -> str:
    return "".join(f"{kind} {kind}{number} {{}}\n" for number in range(count))


def in_json(**more: object) -> str:
    return json.dumps({"deployment": "x", "judged-by": ["face-code-of-conduct"], **more})


TERMS = ", ".join(f"term{number}" for number in range(60_000))
HOSTILE = {
    "escapes.json": '{"deployment": "' + 400_000 * r"\"" + '"}',
    "unclosed.json": '{"deployment": "' + 400_000 * r"\"",
    "blanks-at-end.json": in_json() + 900_000 * " " + "x",
    "unclosed.design": 'deployment "' + 400_000 * r"\"",
    "policies.json": json.dumps(
        {"deployment": "x", "judged-by": 20_000 * ["face-code-of-conduct"], "use": {"u": {}}}
    ),
    "name.design": HEADER + f"use {900_000 * 'a'} {{}}\n",
    "hyphens.json": in_json(use={"a" + 400_000 * "-a": {}}),
    "terms.design": HEADER + f"use u {{\n purpose {TERMS}\n}}\n",
    "fields.json": in_json(use={"u": {f"field{number}": 1 for number in range(60_000)}}),
    "uses.design": HEADER + listed(20_000, "use"),
    "pairs.design": HEADER + listed(9_000, "use") + listed(9_000, "actor"),
    "title.design": f'deployment "a{800_000 * " "}b"\njudged by face-code-of-conduct\nuse u {{}}\n',
}

JUDGED = ("policies.json", "title.design", "uses.design")
"""Those that have no mistake."""


@pytest.mark.skipif(os.name != "posix", reason="needs limits of processes")
@pytest.mark.parametrize("name", HOSTILE)
def test_no_small_design_takes_long(tmp_path: Path, name: str) -> None:
    (tmp_path / name).write_text(HOSTILE[name])
    words = f'ulimit -t {SECONDS} && ulimit -v {MEMORY // 1024} && exec "$@"'
    with (tmp_path / "out").open("wb") as out:
        done = subprocess.run(
            ["/bin/sh", "-c", words, "sh", *COMMAND, "check", name],
            stdout=out,
            stderr=subprocess.PIPE,
            cwd=tmp_path,
            check=False,
        )
    assert done.returncode == (3 if name in JUDGED else 2), done.stderr[-500:]
    assert (b"error[E" in done.stderr) == (name not in JUDGED)
    assert (tmp_path / "out").stat().st_size < 8 * 1024**2


def test_too_many_bindings_are_a_diagnostic(designs: Path) -> None:
    (designs / "pairs.design").write_text(HEADER + listed(30, "use") + listed(30, "actor"))
    config = designs.parent / "clausewise.toml"
    for most, code in ((899, 2), (1_000, 3)):
        config.write_text(f"max-bindings = {most}")
        done = run("check", designs, "-f", "json")
        assert done.code == code
        found = done.designs()
        assert found["good.design"]["verdict"] == "permitted"
        told = [one["code"] for one in found["pairs.design"]["diagnostics"]]
        assert ("E405" in told) == (code == 2)
        rows = run("portfolio", designs / "pairs.design", "-f", "jsonl")
        assert (rows.code, "E405" in rows.out) == (code, code == 2)


def test_only_what_a_clause_asks_for_counts(designs: Path) -> None:
    """Each use with its own people: as many bindings as uses, not as pairs."""
    uses = "".join(f"use u{n} {{\n people people{n}\n}}\n" for n in range(40))
    (designs / "own.design").write_text(HEADER + uses + listed(40, "people"))
    (designs.parent / "clausewise.toml").write_text("max-bindings = 100")
    assert run("check", designs / "own.design").code == 3


def test_a_large_file_is_refused_unless_asked_for(designs: Path) -> None:
    path = designs / "good.design"
    path.write_text(path.read_text() + "#" * MAX_BYTES + "\n")
    done = run("check", path)
    assert (done.code, "larger than 4 MiB" in done.err, "max-size" in done.err) == (2, True, True)
    assert run("check", path, "--max-size", 5).code == 0
    assert run("portfolio", path, "--max-size", 5).code == 0
    assert run("check", path, "--max-size", 0).code == 2
    config = designs.parent / "clausewise.toml"
    config.write_text("max-size = 5")
    assert run("check", path).code == 0
    assert run("check", "-", stdin=path.read_bytes()).code == 0
    assert run("fmt", "--check", path).code in (0, 1)
    config.write_text("max-size = 0")
    assert run("check", path).code == 2
    assert check.Options().access.max_bytes == MAX_BYTES
