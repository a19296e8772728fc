"""Packages that only an extra of Clausewise brings, and how to get them."""

from __future__ import annotations

from clausewise.dsl.text.diagnostic import Diagnostic, InvalidError


def lacking(what: str, extra: str, otherwise: str = "") -> InvalidError:
    """The mistake of asking for what needs packages that are not installed.

    Args:
        what: what needs them, with its verb, as a message begins: `Parquet needs`.
        extra: the extra that brings them.
        otherwise: what to do without them.
    """
    hint = f'pip install "clausewise[{extra}]"' + (f", or {otherwise}" if otherwise else "")
    return InvalidError([Diagnostic("E524", f"{what} more than is installed", hint=hint)])
