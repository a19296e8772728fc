"""Packages that only an extra of Clausewise brings, and how to get them."""

from __future__ import annotations

import re

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


def missing(extra: str) -> list[str]:
    """The packages that an extra brings, or one that it includes, and that are not installed."""
    from importlib.metadata import requires  # takes longer to import than most commands take

    found = []
    for need in map(_NEED.match, requires("clausewise") or ()):
        if need is None or need["extra"] != extra:
            continue
        if need["name"] == "clausewise":
            for other in need["includes"].split(","):
                found += missing(other.strip())
        elif not _is_installed(need["name"]):
            found.append(need["name"])
    return found


_NEED = re.compile(
    r"""(?P<name>[\w.-]++)(?:\[(?P<includes>[\w, -]++)\])?.*extra *+== *+["'](?P<extra>[\w-]++)["']"""
)


def _is_installed(name: str) -> bool:
    from importlib.metadata import PackageNotFoundError, distribution

    try:
        distribution(name)
    except PackageNotFoundError:
        return False
    return True
