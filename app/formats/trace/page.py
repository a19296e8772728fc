"""A policy compared with its source text, as one page of HTML that needs nothing else."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from clausewise.engine.core.clauses import Clause
from clausewise.formats.escaping import html
from clausewise.formats.page import page
from clausewise.formats.trace.text import claimed_by, said_of, summary
from clausewise.tracing.trace import Claim, Trace, Traced

STYLE = """
:root { color-scheme: light dark; --paper: #fff; --ink: #1b1f24; --line: #c8ccd1; --soft: #5b6470;
  --bad: #b3261e; --bad-back: #fdecea; --open: #8a5a00; --good: #1e6b3a; }
@media (prefers-color-scheme: dark) { :root { --paper: #14171a; --ink: #e6e9ec; --line: #3d444d; --soft: #9aa4af;
  --bad: #ff8a80; --bad-back: #3a1d1b; --open: #f0b860; --good: #7dd3a0; } }
body { margin: 0 auto; max-width: 76rem; padding: 1.5rem; background: var(--paper); color: var(--ink);
  font: 1rem/1.5 system-ui, sans-serif; }
h1 { font-size: 1.4rem; margin: 0; }
table { border-collapse: collapse; width: 100%; table-layout: fixed; }
th, td { border-top: 1px solid var(--line); padding: .5rem .75rem; text-align: left; vertical-align: top;
  overflow-wrap: anywhere; }
th { font-weight: 600; }
tr { break-inside: avoid; }
tr.amiss { background: var(--bad-back); }
td.heading { font-weight: 600; font-size: 1.1rem; padding-top: 1.25rem; }
td.lead-in { font-style: italic; }
td.bullet { padding-left: 2rem; }
p { margin: 0 0 .25rem; }
.soft, .at { color: var(--soft); font-size: .85rem; }
.amiss strong, .bad { color: var(--bad); }
.badge { border: 1px solid; border-radius: .25rem; font-size: .8rem; margin-left: .5rem; padding: 0 .3rem; }
.badge[data-outcome=violated] { color: var(--bad); }
.badge[data-outcome=undetermined], .badge[data-outcome=review] { color: var(--open); }
.badge[data-outcome=met] { color: var(--good); }
@media print { :root { color-scheme: light; --paper: #fff; --ink: #000; --soft: #444; --line: #999; --bad: #900;
  --open: #640; --good: #040; --bad-back: #eee; } body { max-width: none; padding: 0; font-size: 10pt; } }
"""


def render(
    trace: Trace,
    outcomes: Mapping[str, str] | None = None,
    coverage: Mapping[str, str] | None = None,
) -> str:
    """The page: the source on the left, and beside each sentence the clauses that claim it, with their rules.

    Args:
        trace: the comparison.
        outcomes: the outcome of each clause in some judgement, by the clause's name.
        coverage: how well its cases try each clause, in words, by the clause's name.
    """
    policy = trace.policy
    rows = "\n".join(_row(t, trace, outcomes or {}, coverage or {}) for t in trace.traced)
    body = f"""<header>
<h1>{html(policy.title)}</h1>
<p class="soft">{html(policy.full_name)} {html(policy.origin)}</p>
<p{"" if trace.is_complete else ' class="bad"'}>{html(summary(trace))}</p>
</header>
{_amiss(trace)}<main>
<table>
<thead><tr><th scope="col">Source</th><th scope="col">Clauses</th></tr></thead>
<tbody>
{rows}
</tbody>
</table>
</main>
"""
    return page(f"{policy.title}: sentences and clauses", STYLE, body)


def _row(
    traced: Traced, trace: Trace, outcomes: Mapping[str, str], coverage: Mapping[str, str]
) -> str:
    """A sentence, and who claims it."""
    sentence = traced.sentence
    amiss = "" if traced.is_claimed and not traced.moved else ' class="amiss"'
    names = traced.entry.clauses if traced.entry else ()
    said = "".join(
        _clause(trace.policy.clauses[name], outcomes.get(name), coverage.get(name))
        for name in names
    )
    claims = _moved(traced) + (said or _no_clause(traced, trace))
    return (
        f'<tr{amiss}><td class="{sentence.kind}"><p>{html(sentence.text)}</p>'
        f'<p class="at">{html(sentence.at)}</p></td><td>{claims}</td></tr>'
    )


def _clause(clause: Clause, outcome: str | None, coverage: str | None) -> str:
    """A clause's title and rule, with its outcome and coverage if they are known."""
    badge = ""
    if outcome is not None:
        badge = f'<span class="badge" data-outcome="{html(outcome)}">{html(outcome)}</span>'
    covered = f'<p class="soft">Cases: {html(coverage)}</p>' if coverage is not None else ""
    title = f"<p><strong>{html(clause.title)}</strong>{badge}</p>"
    return f"{title}<p>{html(clause.says)}</p>{covered}"


def _no_clause(traced: Traced, trace: Trace) -> str:
    said = html(said_of(traced, trace))
    if traced.claim in (Claim.POLICY, Claim.NOT_A_RULE):
        return f'<p class="soft">{said}</p>'
    return f"<p><strong>{said}</strong></p>"


def _moved(traced: Traced) -> str:
    if not traced.moved or traced.entry is None:
        return ""
    return f"<p><strong>moved</strong> here from {html(traced.entry.at)}</p>"


def _amiss(trace: Trace) -> str:
    """What has no sentence to stand beside: stale entries, and clauses that are not found."""
    items = "".join(f"<li>{item}</li>" for item in _items(trace))
    return f'<section>\n<ul class="bad">{items}</ul>\n</section>\n' if items else ""


def _items(trace: Trace) -> Iterator[str]:
    for stale in trace.stale:
        at, who = html(stale.entry.at), html(claimed_by(stale.entry))
        instead = f"; instead, at {html(stale.nearest.at)}" if stale.nearest else ""
        yield f"<strong>stale</strong> {at}: look again at {who}{instead}"
    for clause in trace.unsourced:
        yield f"<strong>{html(clause.title)}</strong>: no sentence is claimed for it"
    for unfound in trace.unfound:
        title, at = html(unfound.clause.title), html(unfound.clause.at)
        yield f"<strong>{title}</strong> at {at}: {html(unfound.trouble)}"
