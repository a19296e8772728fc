"""Packages that only an extra of Clausewise brings, and how to get them."""

from __future__ import annotations

import re
import sys

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


def cannot_load(error: ImportError) -> str | None:
    """What is said, in one line, of a library that is not there or is broken; `None` if the fault is our own.

    The check that an extra is installed reads what `pip` has noted of it. A library may lack all the same: a part
    of it was deleted, it is of another version, or lacks a library of its own.
    """
    library = (error.name or _raised_in(error)).partition(".")[0]
    if library in ("", "clausewise") or not library.isidentifier():
        return None
    if library in sys.stdlib_module_names:
        return f"`{library}`, a part of Python, cannot be loaded; install a Python that has it"
    extra = _extra_with(library)
    what = f'"clausewise[{extra}]"' if extra else "clausewise"
    return f"`{library}` cannot be loaded; install it again: pip install --force-reinstall {what}"


def _raised_in(error: ImportError) -> str:
    """The module whose line raised it."""
    step, module = error.__traceback__, ""
    while step is not None:
        module, step = str(step.tb_frame.f_globals.get("__name__")), step.tb_next
    return module


def _extra_with(library: str) -> str | None:
    """The extra that brings the package of a library."""
    from importlib.metadata import packages_distributions, requires

    packages = {_plain(name) for name in packages_distributions().get(library, [library])}
    needs = filter(None, map(_NEED.match, requires("clausewise") or ()))
    return next((n["extra"] for n in needs if _plain(n["name"]) in packages), None)


def _plain(name: str) -> str:
    """The name of a package as `pip` compares it."""
    return re.sub("[-_.]+", "-", name).lower()


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
