"""The command for editors: lsp."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import Annotated, Optional

from clausewise.commands.options.shared import ConfigOption, IsolatedOption
from clausewise.commands.table import Option
from clausewise.intake.extras import lacking
from clausewise.runs.output import end_at_once_on_signals, fail_with, say


def lsp(
    trust: Annotated[
        Optional[list[Path]],  # noqa: UP045
        Option(
            "--trust",
            metavar="FOLDER",
            help="In this folder and below, a clausewise.toml counts and policies may judge. Repeatable.",
        ),
    ] = None,
    config: ConfigOption = None,
    isolated: IsolatedOption = False,
) -> int:
    """Serve an editor by the Language Server Protocol on standard input and output (docs/editor.md)."""
    from importlib.util import find_spec

    if find_spec("pygls") is None or find_spec("lsprotocol") is None:
        fail_with(lacking("the language server needs", "editor").diagnostics)
    if sys.stdin.isatty():
        say(
            "clausewise lsp speaks with an editor, and waits for one; Ctrl-C ends it.",
            "docs/editor.md says how to set up yours.",
            stream=sys.stderr,
        )
    for folder in trust or ():
        if not folder.is_dir():
            say(
                f"warning: `--trust {folder}` names no folder, so nothing is trusted by it",
                stream=sys.stderr,
            )
    from clausewise.editor.trust import Trust
    from clausewise.server.serving import serve

    end_at_once_on_signals()
    serve(Trust(config and config.absolute(), isolated, folders=tuple(trust or ())))
    return 0
