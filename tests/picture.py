"""Draws the picture in README.md, a real verdict: `make picture`."""

from __future__ import annotations

import io
import os
import subprocess
import sys

from rich.console import Console
from rich.terminal_theme import TerminalTheme
from rich.text import Text

from tests.conftest import ROOT

PICTURE = ROOT / "docs" / "pictures" / "verdict.svg"
DESIGN = "examples/station-door.design"
COMMAND = f"clausewise check {DESIGN}"

THEME = TerminalTheme(
    background=(22, 27, 34),
    foreground=(222, 227, 234),
    normal=[
        (22, 27, 34),
        (229, 72, 66),
        (126, 231, 135),
        (242, 204, 96),
        (121, 192, 255),
        (210, 168, 255),
        (118, 227, 234),
        (222, 227, 234),
    ],
)
FORMAT = """\
<svg viewBox="0 0 {width} {height}" xmlns="http://www.w3.org/2000/svg">
<style>
.{unique_id}-matrix {{
  font: {char_height}px ui-monospace, "SFMono-Regular", Menlo, Consolas, "DejaVu Sans Mono", monospace;
  line-height: {line_height}px;
}}
.{unique_id}-title {{ font: 18px sans-serif; }}
{styles}
</style>
<defs>
<clipPath id="{unique_id}-clip-terminal">
<rect x="0" y="0" width="{terminal_width}" height="{terminal_height}"/>
</clipPath>
{lines}
</defs>
{chrome}
<g transform="translate({terminal_x}, {terminal_y})" clip-path="url(#{unique_id}-clip-terminal)">
{backgrounds}
<g class="{unique_id}-matrix" xml:space="preserve">
{matrix}
</g>
</g>
</svg>
"""
"""Rich's own, but for the fonts: those that are there, none from elsewhere."""


def on_a_terminal(words: list[str]) -> str:
    """What `clausewise` prints on a terminal of 80 columns, with its colours."""
    ours, theirs = os.openpty()
    env = {k: v for k, v in os.environ.items() if k != "NO_COLOR"} | {"TERM": "xterm-256color"}
    command = [sys.executable, "-m", "clausewise", *words]
    process = subprocess.Popen(command, cwd=ROOT, env=env, stdout=theirs)
    os.close(theirs)
    shown = b""
    try:
        while chunk := os.read(ours, 4096):
            shown += chunk
    except OSError:  # how Linux says that the other end is closed
        pass
    os.close(ours)
    process.wait()
    return shown.decode().replace("\r\n", "\n")


def picture() -> str:
    """The picture, as SVG."""
    shown = on_a_terminal(COMMAND.split()[1:]).rstrip()
    console = Console(file=io.StringIO(), record=True, width=80, color_system="truecolor")
    console.print(Text.from_ansi(f"$ {COMMAND}\n\n{shown}"), soft_wrap=True)
    return console.export_svg(theme=THEME, code_format=FORMAT, unique_id="verdict", title="")


if __name__ == "__main__":
    PICTURE.write_text(picture(), encoding="utf-8")
