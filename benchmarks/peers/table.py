"""Results as Markdown tables, and into `docs/performance.md` between its markers."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from statistics import median
from typing import Any

from benchmarks.peers.roster import ROOT

PAGE = ROOT / "docs" / "performance.md"
BEGIN, END = "<!-- measured: begin -->", "<!-- measured: end -->"
MODES = {
    "false": "a missing fact is false",
    "three": "three values",
    "bindings": "three values, for each binding",
    "reasons": "three values, with reasons",
    "missing": "violated and open, with facts and missing facts",
}


def write(results: dict[str, Any]) -> None:
    """Put the tables into the page.

    Raises:
        ValueError: the page lacks its markers.
    """
    text = PAGE.read_text(encoding="utf-8")
    before, after = text[: text.index(BEGIN)], text[text.index(END) :]
    PAGE.write_text(f"{before}{BEGIN}\n\n{tables(results)}\n{after}", encoding="utf-8")


def tables(results: dict[str, Any]) -> str:
    """All tables."""
    parts = [_machine(results), _clauses(results), _reasons(results), _growth(results)]
    return "\n".join([*parts, _portfolio(results), _one_shot(results), _cannot(results)])


def _table(head: Sequence[str], rows: Iterable[Sequence[object]]) -> str:
    lines = [head, ["---"] * len(head), *rows]
    return "".join("| " + " | ".join(str(cell) for cell in line) + " |\n" for line in lines)


def _spread(values: Sequence[float]) -> list[str]:
    figures = (median(values), min(values), max(values))
    return [f"{value:,.0f}" if value >= 100 else f"{value:,.3g}" for value in figures]


def _processes(count: int) -> str:
    return "one process" if count == 1 else f"{count} processes"


def _machine(results: dict[str, Any]) -> str:
    found = results["machine"]
    small = " This is a small run." if results["clauses"]["deployments"] < 1_000 else ""
    return (
        f"{found['processor']}, {found['cores']} cores, {found['system']}, Python {found['python']}. "
        f"Other programs ran beside it: the load was {found['load']} when it began.{small}\n"
    )


def _clauses(results: dict[str, Any]) -> str:
    measured = results["clauses"]
    text = (
        f"### {measured['deployments']:,} deployments, fourteen clauses\n\n"
        "Microseconds a deployment, from JSON to outcomes; "
        f"{_processes(measured['runs'])} each, in turn, for a second each. "
        "The last columns are how many times as long as regorus and OPA it takes in the same mode, turn by turn: "
        "the median, with the least and the most. The last says whether all is as it should be: the outcomes, by "
        "clause or by binding, and the missing facts.\n"
    )
    for mode, title in MODES.items():
        rows = [r for r in measured["rows"] if r["mode"] == mode]
        text += f"\n**{title[0].upper()}{title[1:]}**\n\n" + _table(
            (
                "engine",
                "version",
                "clauses",
                "median",
                "least",
                "most",
                "to regorus",
                "to OPA",
                "agrees",
            ),
            [_clause_row(row, measured["ratios"]) for row in rows],
        )
    silence = measured["silence"]
    return text + (
        f"\nOf {silence['open']:,} outcomes that are open in three values, reading a missing fact as false lets "
        f"{silence['passed']:,} pass and calls {silence['accused']:,} a violation.\n"
    )


def _clause_row(row: dict[str, Any], ratios: list[dict[str, Any]]) -> list[object]:
    if row["failed"]:
        return [row["engine"], "", row["clauses"], row["failed"], *[""] * 5]
    named = {r["to"]: r for r in ratios if (r["engine"], r["mode"]) == (row["engine"], row["mode"])}
    compared = [_ratio(named.get(base)) for base in ("regorus", "OPA")]
    agrees = "yes" if not row["differs"] else f"no: {sum(row['differs'].values())}"
    return [
        row["engine"],
        row["version"],
        row["clauses"],
        *_spread(row["micros"]),
        *compared,
        agrees,
    ]


def _ratio(found: dict[str, Any] | None) -> str:
    return f"{found['median']:.2f} ({found['min']:.2f} to {found['max']:.2f})" if found else ""


def _reasons(results: dict[str, Any]) -> str:
    rows = [
        (row["engine"], found["violations"], found["facts"], found["not_sufficient"])
        for row in results["clauses"]["rows"]
        if row["mode"] == "reasons" and (found := row["reasons"])
    ]
    return (
        "### Reasons\n\nThe facts given for each violation: how many of those facts are stated, and how often "
        "they alone do not give the violation.\n\n"
        + _table(("engine", "violations", "facts a violation", "not sufficient"), rows)
    )


def _growth(results: dict[str, Any]) -> str:
    measured = results["growth"]
    text = (
        "### Larger works\n\nMilliseconds a deployment, milliseconds to get ready, and megabytes "
        "that the process held at most; "
        f"{_processes(measured['runs'])} each, in turn, of {measured['limit_s']:.0f} seconds at most.\n\n"
    )
    rows = [_growth_row(row) for row in measured["rows"]]
    return text + _table(
        ("work", "engine", "mode", "median", "least", "most", "ready in", "memory", "agrees"), rows
    )


def _growth_row(row: dict[str, Any]) -> list[object]:
    head = [row["load"], row["engine"], MODES[row["mode"]]]
    if row["failed"]:
        return [*head, row["failed"], *[""] * 5]
    agrees = {None: "not compared", 0: "yes"}.get(row["differs"], f"no: {row['differs']}")
    ready, memory = (_spread(row[what])[0] for what in ("setup_ms", "peak_mb"))
    return [*head, *_spread(row["millis"]), ready, memory, agrees]


def _portfolio(results: dict[str, Any]) -> str:
    measured = results["portfolio"]
    peer = measured["rows"][-1]["rates"]
    rows = []
    for row in measured["rows"]:
        ratios = [rate / other for rate, other in zip(row["rates"], peer, strict=True)]
        rows.append((row["way"], *_spread(row["rates"]), *_spread(ratios)))
    agrees = (
        "agree on every outcome" if not measured["differs"] else f"differ on {measured['differs']}"
    )
    return (
        f"### A portfolio of {measured['designs']:,} designs\n\n"
        "Designs a second, in three values, without reasons. SQL judges Parquet in which each design is "
        f"{measured['copies']} times, on {measured['processors']} processors, as worker processes do. "
        "With all that `portfolio --engine sql` does, rows with mistakes are looked for, and outcomes counted. "
        "regorus judges JSON, one design after another in one process, 1,000 of them. "
        f"{measured['runs']} turns. SQL and worker processes {agrees}.\n\n"
        + _table(("way", "median", "least", "most", "to regorus", "least", "most"), rows)
    )


def _one_shot(results: dict[str, Any]) -> str:
    measured = results["one_shot"]
    rows = [(row["process"], *_spread(row["millis"])) for row in measured["rows"]]
    failed = [(name, why, "", "") for name, why in measured["failed"].items()]
    return (
        f"### One deployment in a new process\n\nMilliseconds from the process's start to its end; "
        f"{measured['runs']} of each, in turn. All but the first two run the worker of the benchmark. "
        "The deployment is in JSON. What each command takes is "
        "[a page of its own](../benchmarks/cold_start.md).\n\n"
        + _table(("process", "median", "least", "most"), [*rows, *failed])
    )


def _cannot(results: dict[str, Any]) -> str:
    rows = [(name, len(results["says"][name]), text) for name, text in results["cannot"].items()]
    absent = [(name, 0, why) for name, why in results["absent"].items()]
    return "### What each cannot say\n\n" + _table(
        ("engine", "clauses of 14", "what it cannot say"), [*rows, *absent]
    )
