"""Measures what docs/assurance.md states, and writes it there: `make pages`, with the time: `make assurance`."""

from __future__ import annotations

import ast
import os
import re
import subprocess
import sys
import time
import tomllib
from collections import Counter
from collections.abc import Iterator
from datetime import date
from pathlib import Path

from clausewise.dsl.text.diagnostic import CODES
from clausewise.intake.load import load_policy
from clausewise.policies import FOLDER, names
from clausewise.testing.cases import run_cases
from clausewise.testing.coverage import coverage_of
from clausewise.testing.mutation import mutate
from tests.conftest import ROOT
from tests.reference.incompleteness import measure
from tests.test_conformance import BACKENDS, CASES

PAGE = ROOT / "docs" / "assurance.md"
PAIRS = 1000
ATTACKS = {
    "files and paths that a design names; links, pipes, devices": ("security/test_reading.py",),
    "a design that brings its judge": ("security/test_judges.py",),
    "what would end in a traceback; workers that die": (
        "security/test_faults.py",
        "security/test_fuzz.py",
        "test_bad_input.py",
    ),
    "time and memory": ("security/test_bounds.py", "security/test_patterns.py"),
    "text that acts on what shows it": ("security/test_escaping.py",),
    "evidence that is none": ("security/test_evidence.py",),
    "facts and dates that reverse a verdict": ("security/test_time.py",),
    "folders that hide something; one bad input among others": ("security/test_walk.py",),
    "hostile cases": ("security/test_cases.py",),
    "entities that nothing reaches": ("security/test_unreached.py",),
    "ways in that differ": ("test_intake.py",),
    "what the cache holds and keeps": ("security/test_cache.py",),
    "files that are written over": ("security/test_writing.py", "security/test_inputs.py"),
    "formats for machines, and their encoding": ("test_formats.py", "test_outputs.py"),
    "messages on mistakes": ("test_meant.py", "test_syntax_errors.py"),
    "reports that fill a screen": ("test_screen.py",),
    "comments and ends of lines under `fmt`": ("test_formatter.py",),
    "plans, templates and recordings to import": ("security/test_importing.py",),
    "desks that answer odd things": ("security/test_submitting.py",),
}
"""The kinds of attacks and faults that strangers have tried, and the tests that hold the program to each."""


def figures() -> Iterator[tuple[str, str]]:
    """What is measured, and the figure."""
    features = {case.file.parent.name for case in CASES}
    yield (
        "conformance cases",
        f"{len(CASES)}, in {len(features)} features, on {len(BACKENDS)} backends",
    )
    for name in names(".policy"):
        yield from case_figures(name)
    yield "diagnostics with a page and a tested example", str(pages_with_examples())
    yield "laws, as properties over drawn designs", str(properties("test_laws.py"))
    yield from attacks()
    for path in sorted(FOLDER.glob("*/*.trace.toml")):
        yield (
            f"sentences of the source, for `{path.name.removesuffix('.trace.toml')}`",
            traced(path),
        )
    yield f"open clauses that are settled in truth ({PAIRS} generated pairs)", incompleteness()


def case_figures(name: str) -> Iterator[tuple[str, str]]:
    """How many cases a policy has, what of it they try, and which changes of it they notice."""
    policy = load_policy(name)
    results = list(run_cases(Path(policy.source.path).with_suffix(".cases")))
    passed = sum(result.passed for result in results)
    yield f"cases of `{name}`", f"{len(results)}, of which {passed} pass"
    coverage = coverage_of(policy, [(r.title, r.judgement) for r in results if r.judgement])
    targets = len(coverage.reached)
    reached = targets - len(coverage.missed)
    yield "outcomes, deciding conditions, exceptions and readings tried", f"{reached} of {targets}"
    mutation = mutate(name, [])
    same = len(mutation.survivors) - len(mutation.open)
    changes = mutation.noticed + len(mutation.open)
    yield (
        "changes of the policy that a case notices",
        f"{mutation.noticed} of {changes}; {same} more are shown to change nothing",
    )


def pages_with_examples() -> int:
    """The codes whose page holds an example."""
    pages = ROOT / "docs" / "diagnostics"
    return sum("```" in (pages / f"{code}.md").read_text(encoding="utf-8") for code in CODES)


def attacks() -> Iterator[tuple[str, str]]:
    """How many tests there are of each kind of attack."""
    files = [f"tests/{name}" for held in ATTACKS.values() for name in held]
    words = [sys.executable, "-m", "pytest", "--collect-only", "-q", *files]
    done = subprocess.run(words, cwd=ROOT, capture_output=True, text=True, check=True)
    count = Counter(line.partition("::")[0] for line in done.stdout.splitlines() if "::" in line)
    for kind, held in ATTACKS.items():
        yield f"tests of: {kind}", str(sum(count[f"tests/{name}"] for name in held))


def properties(name: str) -> int:
    """The tests of a file that Hypothesis draws for."""
    tree = ast.parse((ROOT / "tests" / name).read_text(encoding="utf-8"))
    found = [node for node in ast.walk(tree) if isinstance(node, ast.FunctionDef)]
    return sum(any("given" in ast.unparse(d) for d in node.decorator_list) for node in found)


def traced(path: Path) -> str:
    """What a ledger says of the sentences of the source."""
    entries = tomllib.loads(path.read_text(encoding="utf-8"))["sentence"]
    count = Counter(next(k for k in ("clauses", "policy", "not-a-rule") if k in e) for e in entries)
    claimed, elsewhere, none = count["clauses"], count["policy"], count["not-a-rule"]
    return f"{len(entries)}: {claimed} claimed by clauses, {elsewhere} by another policy, {none} no rule"


def incompleteness() -> str:
    """How often Kleene's logic leaves open what every completion settles alike."""
    tally = measure(PAIRS)
    return (
        f"{tally['settled in truth']} of {tally['open']}, among {tally['clauses']} clauses judged"
    )


def time_of(target: str) -> str:
    """How long a target of tests takes here, once."""
    start, before = time.monotonic(), os.times()
    run = subprocess.run(["make", target], cwd=ROOT, capture_output=True, text=True, check=True)
    seconds, after = time.monotonic() - start, os.times()
    busy = after.children_user + after.children_system
    busy -= before.children_user + before.children_system
    (passed,) = re.findall(r"(\d+) passed", run.stdout)
    return f"`make {target}`: {passed} tests, {busy:.0f} s of processor time, {seconds:.0f} s on the clock"


def time_of_the_tests() -> str:
    """How long all tests take, and those for after each change."""
    return (
        f"{time_of('test')} (at most 150 s are wanted). {time_of('test-all')}. "
        f"With {len(os.sched_getaffinity(0))} cores ({date.today():%B %Y}).\n"
    )


def write(mark: str, text: str) -> None:
    """Put a text on the page, between a mark and the next `end`."""
    marks = re.compile(rf"(<!-- {mark} -->\n).*?(<!-- end -->)", re.DOTALL)
    page = PAGE.read_text(encoding="utf-8")
    assert marks.search(page)
    PAGE.write_text(marks.sub(lambda m: f"{m[1]}{text}{m[2]}", page), encoding="utf-8")
    print(text)


def main() -> None:
    """Measure, and write the page."""
    if "--time" in sys.argv:
        write("time", time_of_the_tests())
    rows = "".join(f"| {what} | {figure} |\n" for what, figure in figures())
    write("figures", f"| what | figure |\n| --- | --- |\n{rows}")


if __name__ == "__main__":
    main()
