"""Work done in a process of its own, where a library ends the whole process rather than say what is wrong."""

from __future__ import annotations

import os
import sys
from collections.abc import Callable
from contextlib import suppress
from socket import socket, socketpair
from threading import Thread

ENDED = b"."
"""What such a process says once its work has come to an end."""


def survives(work: Callable[[], object]) -> bool:
    """Whether a process outlives a work. That the work fails is no death: whoever does it again can catch that.

    Nothing that it prints is seen, nor what a library says as it ends the process. Where none can be forked, it is
    not tried. The process ends with this one, however that ends.
    """
    if not hasattr(os, "fork"):
        return True
    sys.stdout.flush()
    sys.stderr.flush()
    ours, theirs = socketpair()
    with ours, theirs:
        child = os.fork()
        if not child:
            ours.close()
            _do(work, theirs)
        theirs.close()
        has_ended = ours.recv(1) == ENDED
    with suppress(ChildProcessError):  # where SIGCHLD is ignored, nobody is left to wait for
        os.waitpid(child, 0)
    return has_ended


def _do(work: Callable[[], object], parent: socket) -> None:
    """Do it, and end this process, whatever comes of it."""
    try:
        import faulthandler
        import resource  # there is one wherever a process can be forked

        faulthandler.disable()
        resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
        Thread(target=_end_with, args=(parent,), daemon=True).start()
        nowhere = os.open(os.devnull, os.O_WRONLY)
        os.dup2(nowhere, 1)
        os.dup2(nowhere, 2)
        with suppress(Exception):
            work()
        parent.send(ENDED)
    finally:
        os._exit(0)


def _end_with(parent: socket) -> None:
    """End this process when the one that forked it is gone, or waits no more."""
    parent.recv(1)
    os._exit(1)
