"""`clausewise trace`: a policy and its source in, the comparison printed, an exit code out."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from clausewise.checking.check import judge_source
from clausewise.checking.options import Options
from clausewise.dsl.text.diagnostic import InvalidError
from clausewise.engine.core.policy import Policy
from clausewise.formats.screen.sheet import terminal
from clausewise.intake.texts import read
from clausewise.runs.cases import coverages, run_files
from clausewise.runs.output import COULD_NOT_JUDGE, show_diagnostics, write
from clausewise.runs.renderers import TRACES, ShownTrace
from clausewise.tracing.ledger import ENTRY
from clausewise.tracing.trace import ledger_path, trace_policy


def run_trace(
    name: str,
    text: Path,
    format_: str = "text",
    output: Path | None = None,
    *,
    update: bool = False,
    design: Path | None = None,
    cases: Sequence[Path] = (),
) -> int:
    """Compare a policy with its source text, print what came of it, and give the exit code.

    Args:
        name: the policy's name in a pack or in the working folder, or its path.
        text: the source text, a plain text file.
        format_: `text` or `html`.
        output: a file to write to instead of the terminal.
        update: print the ledger instead, with new sentences as entries that are still to be claimed.
        design: a design whose outcomes the page shows.
        cases: files or folders of cases whose coverage the page shows; those beside the policy if there is none.

    Returns:
        0 if everything is claimed, found and fresh, 1 if not, 2 if it could not be run.
    """
    try:
        trace = trace_policy(name, text, new=update)
        if update:
            from clausewise.formats.trace.text import render_ledger, summary

            ledger = ledger_path(trace.policy)
            write(render_ledger(trace, _opening(ledger)), output, instead_of=ledger)
            if output:
                terminal(stderr=True).line(f"wrote {output}: {summary(trace)}", hang=2)
        else:
            traced = ShownTrace(
                trace,
                lambda: _outcomes(trace.policy, design) if design else {},
                lambda: _coverage(trace.policy, cases),
            )
            TRACES[format_](traced, output)
    except InvalidError as error:
        show_diagnostics(error.diagnostics)
        return COULD_NOT_JUDGE
    return 0 if trace.is_complete else 1


def _opening(path: Path) -> str:
    """The comment with which a ledger opens, up to its first entry."""
    if not path.exists():
        return ""
    text = read(path).text
    first = ENTRY.search(text)
    return text[: first.start()] if first else text


def _outcomes(policy: Policy, design: Path) -> dict[str, str]:
    """The outcome of each clause for a design."""
    (judgement,) = judge_source(read(design), Options(policy=policy.source.path))
    return {judged.clause.name: str(judged.outcome) for judged in judgement.clauses}


def _coverage(policy: Policy, cases: Sequence[Path]) -> dict[str, str]:
    """How much of each clause the cases show, in words; nothing if there are no cases."""
    beside = Path(policy.source.path).with_suffix(".cases")
    if not cases and not beside.is_file():
        return {}
    runs, _ = run_files(cases or [beside])
    said: dict[str, str] = {}
    for coverage in coverages(runs):
        if coverage.policy.full_name == policy.full_name:
            for name in policy.clauses:
                seen = [bool(t) for target, t in coverage.reached.items() if target.is_of(name)]
                said[name] = f"{sum(seen)} of {len(seen)} shown"
    return said
