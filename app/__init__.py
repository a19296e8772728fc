"""Clausewise: judges a design, clause by clause, against a code of conduct, and explains every verdict.

import clausewise

result = clausewise.check("lobby.design")
result.verdict                      # Verdict.PERMITTED
for report in result.reports:       # one for each policy
    for judged in report.clauses:
        print(judged.clause.name, judged.outcome, judged.facts, judged.missing)
"""

from __future__ import annotations

__version__ = "0.1.0"

TYPE_CHECKING = False  # `typing` would cost more than all else that is imported here
if TYPE_CHECKING:
    from clausewise.api import (
        Access,
        Advice,
        Checked,
        Diagnostic,
        InvalidError,
        Options,
        Outcome,
        Report,
        Verdict,
        check,
        check_text,
        load_policy,
    )

__all__ = [
    "Access",
    "Advice",
    "Checked",
    "Diagnostic",
    "InvalidError",
    "Options",
    "Outcome",
    "Report",
    "Verdict",
    "__version__",
    "check",
    "check_text",
    "load_policy",
]


def __getattr__(name: str) -> object:
    """Import the public names when they are first used, so that `import clausewise` costs nothing."""
    if name in __all__:
        from clausewise import api

        return getattr(api, name)
    raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
