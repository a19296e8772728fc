"""The coverage of a policy by its cases, as one page of HTML that needs nothing else."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence

from clausewise.formats.escaping import html
from clausewise.formats.page import page
from clausewise.intake.load import asked_for
from clausewise.testing.coverage import Coverage, Target

STYLE = """
:root { color-scheme: light dark; }
body { font: 1rem/1.5 system-ui, sans-serif; margin: 0 auto; max-width: 80rem; padding: 1.5rem; }
table { border-collapse: collapse; width: 100%; }
td { padding: 0 .75rem; vertical-align: top; }
td:first-child { opacity: .6; text-align: right; }
pre { margin: 0; white-space: pre-wrap; }
td:last-child { min-width: 12rem; }
.seen, .missed { border: 1px solid; border-radius: .25rem; font-size: .75rem;
  padding: 0 .3rem; white-space: nowrap; }
.seen { color: light-dark(#1e6b3a, #7dd3a0); }
.missed { color: light-dark(#b3261e, #ff8a80); font-weight: 600; }
"""


def render(found: Sequence[Coverage]) -> str:
    """Each policy's text, and beside each line what was seen of the tests that begin on it, and what was not."""
    names = ", ".join(asked_for(coverage.policy) for coverage in found)
    return page(f"Coverage of {names}", STYLE, "".join(_policy(coverage) for coverage in found))


def _policy(coverage: Coverage) -> str:
    policy = coverage.policy
    marks: dict[int, list[str]] = defaultdict(list)
    for target, titles in coverage.reached.items():
        marks[policy.source.position(target.span.start)[0]].append(_mark(target, titles))
    rows = "".join(
        f"<tr><td>{number}</td><td><pre>{html(line)}</pre></td><td>{' '.join(marks[number])}</td></tr>\n"
        for number, line in enumerate(policy.source.text.splitlines(), 1)
    )
    reached = len(coverage.reached) - len(coverage.missed)
    return f"""<h1>{html(policy.title)}</h1>
<p>{coverage.percent:.1f} % covered by its cases: {reached} of {len(coverage.reached)}.</p>
<table>
{rows}</table>
"""


def _mark(target: Target, titles: tuple[str, ...]) -> str:
    said = "; ".join(titles[:5]) if titles else "no case shows this"
    kind = "seen" if titles else "missed"
    return f'<span class="{kind}" title="{html(target.words)}: {html(said)}">{html(target.seen)}</span>'
