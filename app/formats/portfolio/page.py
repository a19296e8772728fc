"""A portfolio's summary as one page of HTML that needs nothing else: charts, each with its table."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from clausewise.engine.core.outcomes import Outcome, Verdict
from clausewise.formats.escaping import html
from clausewise.formats.page import page
from clausewise.formats.report.heading import DIGITS, read_by
from clausewise.intake.judges import origin_of
from clausewise.portfolio.tally import Tally, flip_words

MOST_SHOWN = 50
MOST_NAMES = 5
STYLE = """
:root { color-scheme: light dark; }
body { font: 1rem/1.5 system-ui, sans-serif; margin: 0 auto; max-width: 70rem; padding: 1.5rem; }
table { border-collapse: collapse; margin: .5rem 0 2rem; width: 100%; }
th, td { border-bottom: 1px solid light-dark(#ddd, #444); padding: .2rem .5rem; text-align: left; }
.n { font-variant-numeric: tabular-nums; text-align: right; white-space: nowrap; }
.bar { width: 30%; } .bar + td { white-space: nowrap; } svg { display: block; height: 1rem; width: 100%; }
.violated, .prohibited, .bad { fill: light-dark(#b3261e, #ff8a80); }
.undetermined, .needs-information { fill: light-dark(#b26a00, #ffb74d); }
.review, .needs-review { fill: light-dark(#2559a8, #8ab4f8); }
.met, .permitted { fill: light-dark(#1e6b3a, #7dd3a0); }
.not-applicable, .lacking { fill: light-dark(#9a9a9a, #777); }
.key svg { display: inline-block; height: .8rem; width: .8rem; } .key span { margin-right: 1rem; }
"""


def render(tally: Tally, path: str) -> str:
    """The page."""
    policy = tally.task.policy
    read = read_by(policy, tally.task.readings)
    how = f", {html(read)}" if read else ""
    title = f"{path}: {tally.designs:,} designs by {policy.name} {policy.version}"
    parts = [_verdicts(tally), _clauses(tally), _lacking(tally), _flips(tally), _mistakes(tally)]
    parts.append(_left_out(tally))
    body = f"""<h1>{html(path)}</h1>
<p>{tally.designs:,} designs, judged by {html(policy.title)} ({html(policy.name)} {html(policy.version)}).
From {html(origin_of(policy))}, sha256 {html(policy.source.sha256[:DIGITS])}{how}. {html(policy.notice)}</p>
{"".join(parts)}"""
    return page(title, STYLE, body)


def _verdicts(tally: Tally) -> str:
    counts = [(verdict.value, tally.verdicts[verdict]) for verdict in Verdict]
    if tally.bad:
        counts.append(("bad", tally.bad))
    words: dict[str, str] = {"bad": "could not be judged"}
    words |= {verdict.value: tally.task.policy.shown(verdict) for verdict in Verdict}
    rows = (
        [
            _bar([(kind, count)], tally.designs),
            html(words.get(kind, kind)),
            f"{count:,}",
            _share(count, tally.designs),
        ]
        for kind, count in counts
    )
    return "<h2>Verdicts</h2>\n" + _table(["", "verdict", "designs", "share"], rows, numbers=2)


def _clauses(tally: Tally) -> str:
    kinds = [outcome.value for outcome in Outcome]
    key = "".join(f"<span>{_bar([(kind, 1)], 1)} {kind}</span>" for kind in kinds)
    judged = tally.designs - tally.bad
    rows = (
        [
            _bar([(outcome.value, counts[outcome]) for outcome in Outcome], judged),
            html(tally.task.policy.clauses[name].title),
            *(f"{counts[outcome]:,}" for outcome in Outcome),
        ]
        for name, counts in tally.outcomes.items()
    )
    return f'<h2>Clauses</h2>\n<p class="key">{key}</p>\n' + _table(
        ["", "clause", *kinds], rows, numbers=2
    )


def _lacking(tally: Tally) -> str:
    if not tally.lacking:
        return ""
    most = max(tally.lacking.values())
    rows = (
        [_bar([("lacking", count)], most), html(name), f"{count:,}"]
        for name, count in tally.lacking.most_common(MOST_SHOWN)
    )
    return "<h2>Missing most often</h2>\n" + _table(["", "field", "designs"], rows, numbers=2)


def _flips(tally: Tally) -> str:
    against = tally.task.against
    if against is None:
        return ""
    rows = (
        [
            *map(html, flip_words(flip, tally.task)),
            f"{count:,}",
            html(", ".join(tally.flipped[flip][:MOST_NAMES])),
        ]
        for flip, count in tally.flips.most_common(MOST_SHOWN)
    )
    head = ["clause", "as judged", "then", "designs", "the first"]
    return f"<h2>Against {html(against.words)}</h2>\n" + _table(head, rows, numbers=3)


def _mistakes(tally: Tally) -> str:
    if not tally.bad:
        return ""
    rows = ([html(name), html(mistake)] for name, mistake in tally.mistakes)
    more = tally.bad - len(tally.mistakes)
    told = f"<p>... and {more:,} more.</p>\n" if more else ""
    return "<h2>Could not be judged</h2>\n" + _table(["design", "why"], rows, numbers=9) + told


def _left_out(tally: Tally) -> str:
    if not tally.left_out:
        return ""
    shown = tally.left_out[:MOST_SHOWN]
    rows = [[html(one.path), html(one.why)] for one in shown]
    more = f"<p>The first {MOST_SHOWN} of these.</p>\n" if len(shown) < len(tally.left_out) else ""
    table = _table(["what", "by which rule"], rows, numbers=2)
    return f"<h2>Left out: {len(tally.left_out):,}</h2>\n{more}{table}"


def _table(head: Sequence[str], rows: Iterable[Sequence[str]], *, numbers: int) -> str:
    """A table; the columns from `numbers` on are numbers, and an unnamed first one holds bars."""
    body = "".join(
        f"<tr>{''.join(_cell(i, cell, head, numbers) for i, cell in enumerate(row))}</tr>\n"
        for row in rows
    )
    names = "".join(
        f'<th{_class(i, head, numbers)} scope="col">{name}</th>' for i, name in enumerate(head)
    )
    return f"<table>\n<tr>{names}</tr>\n{body}</table>\n"


def _cell(index: int, cell: str, head: Sequence[str], numbers: int) -> str:
    return f"<td{_class(index, head, numbers)}>{cell}</td>"


def _class(index: int, head: Sequence[str], numbers: int) -> str:
    if not head[index]:
        return ' class="bar"'
    is_number = numbers <= index and head[index] != "the first"
    return ' class="n"' if is_number else ""


def _bar(parts: Iterable[tuple[str, int]], whole: int) -> str:
    """A bar of parts. The table beside it says the same, so a reader of the screen may pass over it."""
    drawn, start = [], 0.0
    for kind, count in parts:
        width = 100 * count / whole if whole else 0.0
        drawn.append(f'<rect class="{kind}" x="{start:.3f}" width="{width:.3f}" height="10"/>')
        start += width
    return f'<svg viewBox="0 0 100 10" preserveAspectRatio="none" aria-hidden="true">{"".join(drawn)}</svg>'


def _share(count: int, whole: int) -> str:
    return f"{100 * count / whole:.1f} %" if whole else ""
