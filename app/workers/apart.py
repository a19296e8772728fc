"""Work done in a process of its own, where a library ends the whole process rather than say what is wrong."""

from __future__ import annotations

import os
import signal
from collections.abc import Callable
from contextlib import suppress
from socket import socket, socketpair
from threading import Thread

ENDED = b"."
"""What such a process says once its work has come to an end."""
SECONDS = 60
"""After so many of them nobody waits for it any more."""


def survives(work: Callable[[], object]) -> bool:
    """Whether a process outlives a work. That the work fails is no death: whoever does it again can catch that.

    Nothing that it prints is seen, nor what a library says as it ends the process. Where none can be forked, it is
    not tried. The process ends with the waiting for it: after `SECONDS`, which it then did not outlive, on Ctrl-C,
    and where this process is killed.
    """
    if not hasattr(os, "fork"):
        return True
    ours, theirs = socketpair()
    with ours, theirs:
        child = os.fork()
        if not child:
            ours.close()
            _do(work, theirs)
        theirs.close()
        ours.settimeout(SECONDS)
        try:
            return ours.recv(1) == ENDED
        except TimeoutError:
            return False
        finally:
            # Where SIGCHLD is ignored, nobody is left.
            with suppress(ProcessLookupError, ChildProcessError):
                os.kill(child, signal.SIGKILL)
                os.waitpid(child, 0)


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
