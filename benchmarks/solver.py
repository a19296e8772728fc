"""What the solver takes on 300 random designs of the Face pack, beside the judge and z3 in the same run.

    python -m benchmarks.solver [--quick]

A random design is one of the pack's use cases or of the examples, of which each statement is left out with a
chance of 0.3, or takes the value that another of these designs states of the same field with a chance of 0.2 (but
for references). z3 gets the same circuits, all gates of a design at once, in one incremental solver that is asked
under assumptions: its fastest form for many questions about one design. Both must agree. `pip install z3-solver`
brings it; without it, its rows are left out. Writes `solver.md` beside this file; with `--quick`, it prints the
figures of few designs.
"""

from __future__ import annotations

import gc
import importlib.util
import platform
import statistics
import sys
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field, replace
from pathlib import Path
from random import Random
from time import perf_counter
from typing import Any, TypeVar

from hypothesis import HealthCheck, Phase, given, settings

from benchmarks.solver_fix import figures
from clausewise.checking.options import Options
from clausewise.comparing.policies import comparable
from clausewise.dsl import syntax
from clausewise.dsl.models.admission import admit
from clausewise.dsl.models.deployment import Deployment
from clausewise.dsl.parsing.parser import parse
from clausewise.dsl.printing.trees import print_tree
from clausewise.dsl.text.source import Source
from clausewise.engine.backends.python.compiled import compiled
from clausewise.engine.backends.python.judging import judge
from clausewise.engine.backends.solver.asking.answers import settling
from clausewise.engine.backends.solver.asking.asking import ask
from clausewise.engine.backends.solver.both import both_ways
from clausewise.engine.backends.solver.bound import UnboundedError, enough
from clausewise.engine.backends.solver.exact import Exact
from clausewise.engine.backends.solver.judging import exactly
from clausewise.engine.backends.solver.proving.difference import Comparison, MeaningDifference
from clausewise.engine.backends.solver.proving.prove import Prover
from clausewise.engine.core.conditions import Not
from clausewise.engine.core.distinctions import Distinctions
from clausewise.engine.core.policy import Policy
from clausewise.engine.judging.judgement import Judgement
from clausewise.intake.designs import read_design
from clausewise.intake.judges import named_policy
from clausewise.intake.laws import load_laws
from clausewise.intake.load import load_policy
from tests.conftest import ROOT
from tests.generated import Pair, pairs
from tests.solver.made import among

T = TypeVar("T")
FACE = ROOT / "policies" / "face"
QUICK = "--quick" in sys.argv
RESULTS = Path(__file__).with_name("solver.md")
INTRODUCTION = """# What the solver takes

On random designs of the Face pack: one of its use cases or of the examples, of which each statement is left out
with a chance of 0.3, or takes the value that another states of the same field with a chance of 0.2. z3 gets the
same circuits, in one incremental solver a design. Made by `python -m benchmarks.solver`.
"""
LEFT_OUT, OTHER = 0.3, 0.2
EARLIER = "1.0"
MORE = 2


@dataclass
class Times:
    """Milliseconds, by what was measured."""

    found: dict[str, list[float]] = field(default_factory=dict)

    def measure(self, name: str, work: Callable[..., T], *given_: Any) -> T:
        """Do something, and remember how long it took."""
        start = perf_counter()
        result = work(*given_)
        self.found.setdefault(name, []).append((perf_counter() - start) * 1000)
        return result

    def row(self, name: str, beside: str) -> str:
        """Median, 95th percentile, greatest, and the ratio of medians to something else of the same run."""
        times = sorted(self.found[name])
        middle, p95 = statistics.median(times), times[int(0.95 * (len(times) - 1))]
        ratio = middle / statistics.median(self.found[beside])
        return f"| {name} | {len(times):,} | {middle:.1f} | {p95:.1f} | {times[-1]:.0f} | {ratio:.1f} |"


def designs(policy: Policy, count: int) -> Iterator[Deployment]:
    """Random designs, the same each time."""
    paths = sorted([*(FACE / "use-cases").glob("*.design"), *(ROOT / "examples").glob("*.design")])
    trees = []
    for path in paths:
        tree, _ = parse(Source(path.name, path.read_text(encoding="utf-8")), "design")
        if isinstance(tree, syntax.Design):
            trees.append(tree)
    stated: dict[tuple[str, str], list[syntax.Statement]] = {}
    for tree in trees:
        for block in tree.blocks:
            for statement in block.statements:
                stated.setdefault((block.type.text, statement.field.text), []).append(statement)
    chance = Random(1)

    def drawn(block: syntax.Block) -> syntax.Block:
        kept = []
        type_ = policy.vocabulary.entities[block.type.text]
        for statement in block.statements:
            known = type_.fields.get(statement.field.text)
            if known is None or chance.random() < LEFT_OUT:
                continue
            if not known.is_reference and chance.random() < OTHER:
                statement = chance.choice(stated[block.type.text, statement.field.text])
            kept.append(statement)
        return replace(block, statements=tuple(kept))

    for number in range(count):
        tree = trees[number % len(trees)]
        design = replace(tree, blocks=tuple(map(drawn, tree.blocks)))
        written = read_design(Source("drawn.design", print_tree(design)))
        yield admit(written.deployment(policy.vocabulary))


def with_actors(policy: Policy, count: int) -> Deployment:
    """The lobby of the examples, beside which companies are listed whose links to others are all unknown."""
    lobby = (ROOT / "examples" / "lobby.design").read_text(encoding="utf-8")
    others = [f"actor other-{number} {{ kind company }}" for number in range(count)]
    written = read_design(Source("many.design", "\n".join([lobby, *others, ""])))
    return admit(written.deployment(policy.vocabulary))


def built(judgement: Judgement, distinctions: Distinctions) -> Exact:
    """All that a design may be, with a circuit of its open clauses."""
    exact = Exact(judgement.policy, judgement.deployment, judgement.readings, distinctions)
    grounded = exact.among({})
    for clause in judgement.clauses:
        if clause.is_open:
            grounded.ground.violated(clause.clause.name)
    return exact


def asked(judgement: Judgement, exact: Exact) -> dict[str, set[bool]]:
    """What each open clause can be."""
    found = {}
    for clause in judgement.clauses:
        if clause.is_open:
            possible = exact.possible(clause.clause.name)
            ways = ((True, possible.true), (False, possible.false))
            found[clause.clause.name] = {truth for truth, way in ways if way}
    return found


def in_z3(exact: Exact, clauses: list[str]) -> tuple[Any, dict[str, Any]]:
    """The same circuit as formulas of z3, in one solver."""
    import z3  # type: ignore[import-not-found, import-untyped, unused-ignore]

    grounded = exact.among({})
    circuit, known = grounded.world.circuit, {1: z3.BoolVal(val=True)}

    def formula(literal: int) -> Any:
        todo = [abs(literal)]
        while todo:
            gate = todo[-1]
            parts = circuit._parts.get(gate)
            if parts and (missing := [abs(p) for p in parts if abs(p) not in known]):
                todo += missing
                continue
            if gate not in known:
                all_ = [known[p] if p > 0 else z3.Not(known[-p]) for p in parts or ()]
                known[gate] = z3.And(all_) if parts else z3.Bool(f"x{gate}")
            todo.pop()
        return known[literal] if literal > 0 else z3.Not(known[-literal])

    solver = z3.Solver()
    for constraint in circuit.constraints:
        solver.add(z3.Or([formula(literal) for literal in constraint]))
    violated = {}
    for name in clauses:
        violated[name] = z3.Bool(f"ask {name}")
        solver.add(violated[name] == formula(grounded.ground.violated(name)))
    return solver, violated


def ask_z3(solver: Any, violated: dict[str, Any]) -> dict[str, set[bool]]:
    """Both ways of each clause."""
    import z3

    found = {}
    for name, literal in violated.items():
        ways = ((True, literal), (False, z3.Not(literal)))
        found[name] = {truth for truth, way in ways if solver.check(way) == z3.sat}
    return found


def bound_checked(examples: int) -> tuple[int, int]:
    """On how many generated questions two more of each type were tried, and how many came out otherwise."""
    counts = {"asked": 0, "wrong": 0}
    checks = [HealthCheck.too_slow, HealthCheck.data_too_large]

    @settings(
        max_examples=examples,
        derandomize=True,
        database=None,
        deadline=None,
        suppress_health_check=checks,
        phases=[Phase.generate],
    )
    @given(pairs())
    def check(pair: Pair) -> None:
        for name, clause in pair.policy.clauses.items():
            for truth in (True, False):
                try:
                    asked = clause.violation if truth else Not(clause.violation)
                    most = enough(admit(pair.deployment), [(pair.policy, asked)])
                except UnboundedError:
                    continue
                if max(most.values(), default=0) <= 4:
                    more = {type_: count + MORE for type_, count in most.items()}
                    counts["asked"] += 1
                    counts["wrong"] += (truth in among(pair, name, most)) is not (
                        truth in among(pair, name, more)
                    )

    check()
    return counts["asked"], counts["wrong"]


def compare(times: Times, policy: Policy) -> None:
    """The pack's earlier version beside this one: on the whole, with a design each way, and by clauses, too."""
    older = named_policy(f"{policy.name} {EARLIER}", Options().access)
    older, newer = comparable(older, policy, Options(), {})
    Comparison(
        older, newer
    ).whole()  # what is compiled of both is kept, as that of the judge is above

    def whole() -> list[MeaningDifference]:
        return [Comparison(older, newer).whole()]

    def each() -> list[MeaningDifference]:
        comparison = Comparison(older, newer)
        return [*comparison.clauses(), comparison.whole()]

    for _ in range(20):
        times.measure(f"the pack beside {EARLIER} on the whole, with witnesses", whole)
        times.measure(f"the pack beside {EARLIER}, its clauses, too", each)


def main() -> None:
    """Measure, and write the page."""
    count = 30 if QUICK else 300
    gc.set_threshold(100_000)  # as in the commands that people wait for (`start.py`)
    policy = load_policy("face-code-of-conduct")
    code, distinctions = compiled(policy), Distinctions([policy])
    times, with_z3 = Times(), importlib.util.find_spec("z3") is not None
    open_ = settled = differing = 0
    for deployment in designs(policy, count):
        judgement = times.measure("judged by generated code", judge, code, deployment)
        exact = times.measure("exact: the circuit", built, judgement, distinctions)
        found = times.measure("exact: its questions", asked, judgement, exact)
        both = [times.found[name][-1] for name in ("exact: the circuit", "exact: its questions")]
        times.found.setdefault("exact, in all", []).append(sum(both))
        open_ += len(found)
        settled += sum(len(ways) == 1 for ways in found.values())
        for name in found:
            times.measure("both ways of one clause", both_ways, judgement, name)
        if judgement.verdict.is_open:
            exactly_judged = times.measure("judged exactly, of open verdicts", exactly, judgement)
            told = times.measure("all that `ask --exact` tells of it", ask, exactly_judged)
            again = exactly(judgement)  # of which nothing is built yet but what its outcomes took
            times.measure("its decisive answers alone", settling, again, told.questions)
        if with_z3 and found:
            solver = times.measure("z3: the circuit as formulas", in_z3, exact, [*found])
            by_z3 = times.measure("z3: the same questions", ask_z3, *solver)
            differing += sum(by_z3[name] != ways for name, ways in found.items())
    for actors, word in ((40, "forty"), (90, "ninety")):
        for number in range(5):
            judgement = judge(code, with_actors(policy, actors + number))
            times.measure(f"{word} actors of whom little is stated, exactly", exactly, judgement)
    compare(times, policy)
    lines = [INTRODUCTION, f"Python {platform.python_version()}, {platform.machine()}.", ""]
    lines.append(
        f"{count} designs, {open_:,} open clauses, of which {settled} are settled in truth."
        + (f" z3, with one unlisted entity a type, says otherwise of {differing}." * with_z3)
    )
    lines += ["", "| | times | median ms | p95 ms | greatest ms | times the judge |"]
    lines.append("| --- | --- | --- | --- | --- | --- |")
    lines += [times.row(name, "judged by generated code") for name in times.found]
    start = perf_counter()
    laws = load_laws(FACE / "face-code-of-conduct.laws")
    prover = Prover(laws)
    held = sum(prover.prove(law).holds is True for law in laws.laws.values())
    took = perf_counter() - start
    lines += ["", f"{held} of {len(laws.laws)} laws of the Face pack proved in {took:.1f} s."]
    questions, wrong = bound_checked(50 if QUICK else 2700)
    lines += [
        "",
        f"{questions:,} generated questions asked again with two more entities of each type: {wrong} came out "
        "otherwise.",
        "",
        figures(count),
    ]
    text = "\n".join(lines) + "\n"
    if QUICK:
        print(text)
    else:
        RESULTS.write_text(text, encoding="utf-8")


if __name__ == "__main__":
    main()
