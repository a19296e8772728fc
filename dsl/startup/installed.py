"""Where packages are installed, found without importing them."""

from __future__ import annotations

import os
import sys


def file_of(package: str) -> str:
    """The path of a package's `__init__.py`.

    `importlib.util` finds it wherever it is, but takes longer to import than to look where packages mostly are.

    Raises:
        ImportError: it is not installed, or is no package in a folder.
    """
    for entry in sys.path:
        path = os.path.join(entry, package, "__init__.py")
        if os.path.isfile(path):
            return path
    from importlib.util import find_spec

    spec = find_spec(package)
    if spec is None or spec.origin is None:
        raise ImportError(package)
    return spec.origin
