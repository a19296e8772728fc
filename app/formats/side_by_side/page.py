"""Several policies side by side as one page of HTML that needs nothing else."""

from __future__ import annotations

from clausewise.comparing.side_by_side import ComparedCell, ComparedRow, SideBySide
from clausewise.engine.judging.judgement import Judgement
from clausewise.formats.escaping import html
from clausewise.formats.page import page
from clausewise.formats.report.heading import DIGITS, read_by_each
from clausewise.formats.report.sentences import SAID
from clausewise.intake.judges import origin_of

STYLE = """
:root { color-scheme: light dark; }
body { font: 1rem/1.5 system-ui, sans-serif; margin: 0 auto; max-width: 90rem; padding: 1.5rem;
  background: light-dark(#fff, #1c1c1c); }
.wide { overflow-x: auto; }
table { border-collapse: separate; border-spacing: 0; margin: .5rem 0 2rem; }
th, td { border-bottom: 1px solid light-dark(#ddd, #444); padding: .3rem .6rem; text-align: left; }
th, td { max-width: 18rem; min-width: 9rem; overflow-wrap: anywhere; vertical-align: top; }
tr > :first-child { background: light-dark(#fff, #1c1c1c); left: 0; max-width: 30vw; position: sticky; }
@media print {
  @page { margin: 1cm; size: landscape; }
  .wide { overflow: visible; } table { font-size: .6rem; table-layout: fixed; width: 100%; }
  tr > * { min-width: 0; padding: .2rem; }
  tr > :first-child { max-width: none; position: static; }
}
td ul { list-style: none; margin: 0; padding: 0; } td li { font-size: .85em; }
.violated, .prohibited { color: light-dark(#b3261e, #ff8a80); font-weight: 600; }
.undetermined, .needs-information { color: light-dark(#8a5200, #ffb74d); }
.review, .needs-review { color: light-dark(#2559a8, #8ab4f8); }
.met, .permitted { color: light-dark(#1e6b3a, #7dd3a0); }
.not-applicable, .silent { color: light-dark(#666, #aaa); }
"""


def render(found: SideBySide) -> str:
    """The page."""
    when = f", as of {found.as_of}" if found.as_of else ""
    read = read_by_each(found.judgements)
    how = f", {html(read)}" if read else ""
    heads = "".join(map(_head, found.judgements))
    rows = "".join(map(_row, found.rows))
    body = f"""<h1>{html(found.title)}</h1>
<p>{html(found.source.path)}, judged by {len(found.judgements)} policies side by side{when}{how}.</p>
<div class="wide" tabindex="0" role="region" aria-label="policies side by side"><table>
<thead><tr><th scope="col">what clauses are about</th>{heads}</tr></thead>
<tbody>
{rows}</tbody>
</table></div>
{_left_out(found)}<h2>The policies</h2>
<ul>
{"".join(map(_policy, found.judgements))}</ul>
"""
    return page(f"{found.title}, side by side", STYLE, body)


def _head(judgement: Judgement) -> str:
    policy, verdict = judgement.policy, judgement.verdict
    shown = f'<span class="{verdict.value}">{html(policy.shown(verdict))}</span>'
    return f'<th scope="col">{html(policy.name)}<br>{shown}</th>'


def _row(row: ComparedRow) -> str:
    cells = "".join(map(_cell, row.cells))
    return f'<tr><th scope="row">{html(row.label)}</th>{cells}</tr>\n'


def _cell(cell: ComparedCell) -> str:
    outcome = cell.outcome
    if outcome is None:
        return '<td class="silent">does not speak of it</td>'
    listed = "".join(
        f'<li class="{one.outcome.value}">{html(one.clause.title)}: {SAID[one.outcome]}</li>'
        for one in cell.clauses
    )
    return f'<td><span class="{outcome.value}">{SAID[outcome]}</span><ul>{listed}</ul></td>'


def _left_out(found: SideBySide) -> str:
    if not found.left_out:
        return ""
    listed = "".join(f"<li>{html(name)}: {html(why)}</li>\n" for name, why in found.left_out)
    return f"<h2>Left out</h2>\n<ul>\n{listed}</ul>\n"


def _policy(judgement: Judgement) -> str:
    policy = judgement.policy
    digest = policy.source.sha256[:DIGITS]
    said = f"{policy.title} ({policy.full_name}), from {origin_of(policy)}, sha256 {digest}. {policy.notice}"
    return f"<li>{html(said)}</li>\n"
