"""The solver under what is hostile, rare or missing: it ends, says why it gave up, and leaves nothing behind."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest

from clausewise.checking.check import check_file
from clausewise.checking.options import Options
from clausewise.dsl.models.admission import admit
from clausewise.engine.backends.solver import judging
from clausewise.engine.backends.solver.asking import asking
from clausewise.engine.backends.solver.both import both_ways
from clausewise.engine.backends.solver.circuit import FALSE, Circuit, TooLargeError
from clausewise.engine.backends.solver.exact import Exact
from clausewise.engine.backends.solver.judging import exact_of
from clausewise.engine.backends.solver.meter import WORK_OF_A_PART, Meter
from clausewise.engine.backends.solver.sat import WORK_OF_A_QUESTION, NotSettledError, Sat
from clausewise.engine.core.outcomes import Outcome
from clausewise.engine.core.policy import choose_readings
from clausewise.intake.access import Access
from tests.conftest import ROOT
from tests.solver.made import exact, judged_exactly, made
from tests.test_cli import run

REF = 'world ask "?"'
DESIGN = """deployment "Many"
judged by face-code-of-conduct
as of 2026-01-01
{actors}
use one {{ operation identify }}
"""


def design_of(folder: Path, actors: int) -> Path:
    """A design with so many actors of whom it is open for whom they act."""
    path = folder / "many.design"
    listed = "\n".join(f"actor a{n} {{ kind company }}" for n in range(actors))
    path.write_text(DESIGN.format(actors=listed), encoding="utf-8")
    return path


def clausewise(*arguments: str, **environment: str) -> subprocess.CompletedProcess[str]:
    """The command, run by itself."""
    return subprocess.run(
        [sys.executable, "-m", "clausewise", *arguments],
        cwd=ROOT,
        env={**os.environ, **environment},
        capture_output=True,
        text=True,
        timeout=120,
        check=False,
    )


def test_a_circuit_that_grows_too_large_is_refused() -> None:
    circuit = Circuit(most=100)
    with pytest.raises(TooLargeError, match="beyond 100 parts"):
        [circuit.variable() for _ in range(101)]
    circuit = Circuit(most=100)
    one = circuit.variable()
    with pytest.raises(TooLargeError):
        circuit.all_of([one] * 100)


def test_what_is_too_large_is_not_settled_and_says_so(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(Circuit.__init__, "__defaults__", (2_000, None))
    path = design_of(tmp_path, 30)
    checked = check_file(path, Options(access=Access(root=ROOT), exact=True))
    (report,) = checked.reports
    assert report.verdict == "needs-information"
    said = {clause.not_exact for clause in report.clauses if clause.is_open}
    assert said == {"the circuit grows beyond 2,000 parts"}


def test_what_takes_too_many_conflicts_is_not_settled(monkeypatch: pytest.MonkeyPatch) -> None:
    circuit = Circuit()
    holes, pigeons = 8, 9  # each pigeon in a hole, no two in one: hard for such solvers
    sits = [[circuit.variable() for _ in range(holes)] for _ in range(pigeons)]
    for pigeon in sits:
        circuit.require(pigeon)
    for hole in range(holes):
        circuit.at_most_one(pigeon[hole] for pigeon in sits)
    with pytest.raises(NotSettledError):
        Sat(circuit, conflicts=200).can_be(circuit.variable())

    def given_up(*_: object) -> bool:
        raise NotSettledError

    pair = made(
        f'entity t "t" {{ kind one of k {REF} }}', "prohibits t q where q.kind is a", "t one { }"
    )
    monkeypatch.setattr(Sat, "can_be", given_up)
    assert exact(pair) == (set(), "the solver gave it up")


def test_work_is_bounded_however_many_questions_there_are() -> None:
    circuit = Circuit()
    inputs = [circuit.variable() for _ in range(50)]
    circuit.require(inputs)
    meter = Meter(3 * WORK_OF_A_QUESTION)
    first, second = Sat(circuit, meter=meter), Sat(circuit, meter=meter)
    assert first.can_be(inputs[0])
    assert second.can_be(inputs[1])
    with meter.with_work(100_000):
        assert first.can_be(-inputs[2])
    assert first.can_be(inputs[3])
    for sat_ in (first, second):
        with pytest.raises(NotSettledError):
            sat_.can_be(inputs[4])


def test_to_build_a_circuit_is_work() -> None:
    """A thousand empty uses took ten seconds, of which the solver had none: it was all for circuits."""
    meter = Meter(10 * WORK_OF_A_PART)
    circuit = Circuit(meter=meter)
    with pytest.raises(TooLargeError, match="the work that may be done"):
        [circuit.variable() for _ in range(10)]
    assert circuit.count == 10
    again = Circuit(meter=meter)
    with pytest.raises(TooLargeError):
        again.variable()


def test_a_design_of_many_entities_costs_no_more_than_the_work(tmp_path: Path) -> None:
    path = tmp_path / "x.design"
    uses = "".join(f"use u{number} {{}}\n" for number in range(300))
    path.write_text(f'deployment "x"\njudged by face-code-of-conduct\n{uses}')
    (report,) = check_file(path, Options(access=Access(root=ROOT), exact=True)).reports
    made_of = exact_of(report.judgement)
    assert made_of.meter.left <= 0
    assert max(one.world.circuit.count for one in made_of._grounded.values()) < 400_000
    assert report.verdict == "needs-information"


def test_where_no_work_is_left_nothing_is_called_settled(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = design_of(tmp_path, 3)
    options = Options(access=Access(root=ROOT), exact=True)
    (report,) = check_file(path, options).reports
    assert any(report.advice.decisive_answers.values())
    monkeypatch.setattr(asking, "WORK", 0)
    (without,) = check_file(path, options).reports
    asked = {q.fact for q in report.advice.questions if not q.only_later}
    assert {q.fact for q in without.advice.questions} >= asked
    assert not any(without.advice.decisive_answers.values())
    monkeypatch.setattr(judging, "WORK", 0)
    (nothing,) = check_file(path, options).reports
    assert {clause.not_exact for clause in nothing.clauses if clause.is_open} <= {
        "the solver gave it up",
        "the circuit grows beyond the work that may be done",
    }


def test_what_is_false_by_itself_is_a_reason_by_itself() -> None:
    """The solver is not asked then, and what it said before is no reason."""
    circuit = Circuit()
    one, other = circuit.variable(), circuit.variable()
    circuit.require([-one, -other])
    sat_ = Sat(circuit)
    assert not sat_.can_be(one, other)
    assert sat_.smallest_core([], [one, FALSE]) == [FALSE]


def test_a_stopped_question_is_an_interrupt(monkeypatch: pytest.MonkeyPatch) -> None:
    """The solver handles the signal itself, and says by an exception of its own that it came."""
    circuit = Circuit()
    solver = Sat(circuit)

    class Stopped:
        def accum_stats(self) -> dict[str, int]:
            return {"propagations": 0}

        def append_formula(self, _: object) -> None: ...

        def conf_budget(self, _: int) -> None: ...

        def prop_budget(self, _: int) -> None: ...

        def solve_limited(self, **_: object) -> None:
            raise RuntimeError("Caught keyboard interrupt")

    monkeypatch.setattr(solver, "_solver", Stopped())
    with pytest.raises(KeyboardInterrupt):
        solver.can_be(circuit.variable())
    assert signal.getsignal(signal.SIGINT) is signal.default_int_handler


@pytest.mark.skipif(os.name != "posix", reason="signals are sent as POSIX has them")
def test_ctrl_c_leaves_no_trace(tmp_path: Path) -> None:
    path = design_of(tmp_path, 2_000)  # of 400 a quick machine is ready before the signal comes
    longer = "from clausewise.engine.backends.solver import judging; judging.WORK = 10**9; "
    program = f"{longer}from clausewise.start import main; main()"
    command = [sys.executable, "-c", program, "check", "--exact", str(path)]
    with subprocess.Popen(
        command, cwd=ROOT, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True
    ) as process:
        time.sleep(3)
        process.send_signal(signal.SIGINT)
        out, errors = process.communicate(timeout=60)
    assert process.returncode in (130, -signal.SIGINT)
    assert "Traceback" not in out + errors
    assert [file.name for file in tmp_path.iterdir()] == [path.name]


WITHOUT = """
import sys
sys.modules["pysat"] = None
from clausewise.start import main
sys.argv = ["clausewise", *{arguments!r}]
sys.exit(main())
"""


@pytest.mark.parametrize(
    "arguments",
    [
        ["check", "--exact", "examples/lobby.design"],
        ["prove", "policies/face"],
        ["diff", "us-tx-cubi", "us-tx-cubi"],
    ],
)
def test_without_the_solver_it_says_how_to_get_it(arguments: list[str]) -> None:
    code = WITHOUT.format(arguments=arguments)
    run = subprocess.run(
        [sys.executable, "-c", code],
        cwd=ROOT,
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )
    assert run.returncode == 2
    said = run.stdout + run.stderr
    assert "E524" in said
    assert 'pip install "clausewise[solver]"' in said
    assert "Traceback" not in said


@pytest.mark.parametrize(
    "command",
    [
        ["ask", "--exact", "examples/lobby.design"],
        ["explain", "--both", "examples/patrol.design", "N12"],
        ["fix", "examples/lobby.design"],
        ["timeline", "--exact", "examples/lobby.design"],
        ["prove", "--directions", "policies/face"],
        ["diff", "face-code-of-conduct", "microsoft-ai-code-4"],
        ["diff", "face-code-of-conduct", "eu-ai-act", "--clause", "N11=A5-1-f"],
        ["clause", "N11", "--directions"],
    ],
)
def test_nor_does_any_other_command_end_with_a_bug(
    command: list[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    """`diff` and `--directions` did: what lacked the solver was the first question, not the beginning."""
    for name in [name for name in sys.modules if name.partition(".")[0] == "pysat"]:
        monkeypatch.delitem(sys.modules, name)
    monkeypatch.setitem(sys.modules, "pysat", None)
    monkeypatch.chdir(ROOT)
    code, _, errors = run(*command)
    assert code == 2
    assert "error[E524]" in errors


def test_the_order_of_sets_changes_nothing() -> None:
    commands = [
        ["check", "--exact", "examples/lobby.design", "examples/patrol.design"],
        ["prove", "policies/face", "--law", "us-police-gain-nothing"],
    ]
    for command in commands:
        one, other = (clausewise(*command, PYTHONHASHSEED=seed) for seed in "01")
        assert (one.stdout, one.stderr, one.returncode) == (
            other.stdout,
            other.stderr,
            other.returncode,
        )
        assert one.stdout


RARE = {
    "a text or none": (f"n text or none {REF}", "q.n is none", {True, False}),
    "no duration below zero": (f"n duration {REF}", "q.n < 0 days", {False}),
    "ages": (f"n ages {REF}", "q.n.youngest > q.n.oldest", {False}),
    "ages between": (f"n ages {REF}", "q.n.youngest > 16 and q.n.oldest < 18", {True, False}),
    "no ages between": (f"n ages {REF}", "q.n.youngest > 16 and q.n.oldest < 17", {False}),
    "terms and their opposite": (
        f"n any of k {REF}",
        "q.n within a and q.n overlaps {b, c}",
        {False},
    ),
}


@pytest.mark.parametrize("case", RARE.values(), ids=RARE)
def test_rare_fields(case: tuple[str, str, set[bool]]) -> None:
    field, condition, expected = case
    pair = made(f'entity t "t" {{ {field} }}', f"prohibits t q where {condition}", "t one { }")
    assert exact(pair) == (expected, "")


def test_each_way_of_the_examples_is_judged_again() -> None:
    """A completion is a design that the judge confirms, undated judgements and all."""
    for path in sorted((ROOT / "examples").glob("*.design"))[:6]:
        for report in check_file(path, Options(access=Access(root=ROOT))).reports:
            policy = report.policy
            found = Exact(policy, admit(report.deployment), choose_readings(policy, {}))
            for clause in report.clauses:
                possible = found.possible(clause.clause.name)
                for truth, way in ((True, possible.true), (False, possible.false)):
                    if way:
                        outcome = report.judgement.outcomes_of(
                            way.deployment(), found.readings or {}
                        )
                        assert (outcome[clause.clause.name] == "violated") is truth


LINKED = """entity t "t" { kind one of k world ask "?" to any of t world ask "?" }
entity use "u" { by one of t choice ask "?" }"""
MANY = "\n".join(f"t other-{number} {{}}" for number in range(10))


@pytest.mark.parametrize(
    ("clause", "ways"),
    [
        ("prohibits use u where some a in u.by.to* has (a.kind is a)", {True, False}),
        # by links of those to whom nothing leads
        ("prohibits use u where some a in t has (a.to is not none)", {True, False}),
        # whoever leads on, it holds of somebody, or of nobody
        (
            "prohibits use u where some a in t has (a.kind is a) or every a in t has (not a.kind is a)",
            {True},
        ),
    ],
)
def test_links_that_are_left_out_at_first_count_in_the_end(clause: str, ways: set[bool]) -> None:
    pair = made(LINKED, clause, f"use one {{}}\n{MANY}")
    assert exact(pair)[0] == ways
    judgement = judged_exactly(pair)
    if len(ways) == 2:
        both = both_ways(judgement, "rule")
        assert both.violated is not None
        assert both.violated.outcome is Outcome.VIOLATED
        assert both.kept is not None
        assert both.kept.outcome is Outcome.MET
    assert judgement.verdict.is_open is (len(ways) == 2)
