"""Commands that ask a solver: python-sat, which only the extra `clausewise[solver]` brings."""

from __future__ import annotations

from importlib.util import find_spec

from clausewise.dsl.text.diagnostic import Diagnostic, InvalidError

EXTRA = 'pip install "clausewise[solver]"'


def require_solver(what: str) -> None:
    """Refuse to go on without the solver.

    Args:
        what: what needs it, as a message begins: "`clausewise fix`".

    Raises:
        InvalidError: it is not installed.
    """
    if find_spec("pysat") is None:
        raise InvalidError([Diagnostic("E524", f"{what} needs more than is installed", hint=EXTRA)])
