"""The command for assistants: mcp."""

from __future__ import annotations

import sys

from clausewise.commands.options.shared import ConfigOption, IsolatedOption
from clausewise.intake.extras import lacking
from clausewise.runs.output import end_at_once_on_signals, fail_with, say


def mcp(config: ConfigOption = None, isolated: IsolatedOption = False) -> int:
    """Serve an assistant by the Model Context Protocol on standard input and output (docs/assistants.md)."""
    from importlib.util import find_spec

    if find_spec("mcp") is None:
        fail_with(lacking("the server for assistants needs", "mcp").diagnostics)
    if sys.stdin.isatty():
        say(
            "clausewise mcp speaks with an assistant, and waits for one; Ctrl-C ends it.",
            "docs/assistants.md says how to set up yours.",
            stream=sys.stderr,
        )
    from clausewise.assistants.project import AssistedProject
    from clausewise.assistants.serving import serve

    end_at_once_on_signals()
    serve(AssistedProject(config and config.absolute(), isolated))
    return 0
