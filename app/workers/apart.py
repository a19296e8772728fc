"""Work done in a process of its own, where a library ends the whole process rather than say what is wrong."""

from __future__ import annotations

import os
import signal
from collections.abc import Callable
from contextlib import suppress

SECONDS = 60
"""Of processor time. So it ends even where the process that waits for it was killed."""


def survives(work: Callable[[], object]) -> bool:
    """Whether a process outlives a work. That the work fails is no death: whoever does it again can catch that.

    Nothing that it prints is seen, nor what a library says as it ends the process. Where none can be forked, it is
    not tried. One that takes longer than `SECONDS` is ended, and so did not outlive it.
    """
    if not hasattr(os, "fork"):
        return True
    child = os.fork()
    if not child:
        _do(work)
    try:
        _, status = os.waitpid(child, 0)
    except BaseException:  # Ctrl-C or SIGTERM
        os.kill(child, signal.SIGKILL)
        os.waitpid(child, 0)
        raise
    return os.waitstatus_to_exitcode(status) == 0


def _do(work: Callable[[], object]) -> None:
    """Do it, and end this process, whatever comes of it."""
    try:
        import faulthandler
        import resource  # there is one wherever a process can be forked

        faulthandler.disable()
        resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
        with suppress(ValueError):  # a lower one holds already
            resource.setrlimit(resource.RLIMIT_CPU, (SECONDS, SECONDS))
        nowhere = os.open(os.devnull, os.O_WRONLY)
        os.dup2(nowhere, 1)
        os.dup2(nowhere, 2)
        with suppress(Exception):
            work()
    finally:
        os._exit(0)
