"""Options that several commands share, as the annotations of parameters."""

from __future__ import annotations

from datetime import datetime
from pathlib import Path
from typing import Annotated, Optional

from clausewise.commands.options.found import Evidence
from clausewise.commands.table import Argument, Option
from clausewise.configuration.find import MOST_SAID

DesignArgument = Annotated[Path, Argument(metavar="FILE", help="A design (.design or .json).")]
PolicyInstead = Annotated[
    Optional[str],  # noqa: UP045  (Typer reads the annotation)
    Option(
        "--policy",
        help="A policy's name, perhaps with a version (\"NAME 1.0\"), or path, instead of the design's own.",
    ),
]
PolicyName = Annotated[
    str, Option("--policy", help='A policy\'s name, perhaps with a version ("NAME 1.0"), or path.')
]
ReadingOption = Annotated[
    Optional[list[str]],  # noqa: UP045
    Option(
        "--reading",
        metavar="[POLICY.]NAME=ALTERNATIVE",
        help="Choose a reading, of one policy or of each that has it. Repeatable.",
    ),
]
AsOfOption = Annotated[
    Optional[datetime],  # noqa: UP045
    Option("--as-of", formats=["%Y-%m-%d"], help="Judge as of this date."),
]
EvidenceOption = Annotated[
    Optional[Evidence],  # noqa: UP045
    Option("--evidence", help="`required`: claims count only with their evidence."),
]
FailOnOption = Annotated[
    Optional[list[str]],  # noqa: UP045
    Option("--fail-on", metavar="VERDICT", help="Exit 0 for all other verdicts. Repeatable."),
]
ConfigOption = Annotated[
    Optional[Path],  # noqa: UP045
    Option("--config", metavar="FILE", help="The configuration, instead of the nearest."),
]
IsolatedOption = Annotated[
    bool, Option("--isolated", help="No configuration, and only policies of the packs.")
]
ExactOption = Annotated[
    bool,
    Option(
        "--exact",
        help="Call nothing open that is settled however the missing facts turn out (needs clausewise[solver]).",
    ),
]
MaxSizeOption = Annotated[
    Optional[int],  # noqa: UP045
    Option(
        "--max-size", metavar="MIB", min=1, max=MOST_SAID, help="How large a design may be. [4]"
    ),
]
MaxStepsOption = Annotated[
    Optional[int],  # noqa: UP045
    Option(
        "--max-steps",
        metavar="N",
        min=1,
        max=MOST_SAID,
        help="How many steps a judgement may take. [500000]",
    ),
]
OutputOption = Annotated[
    Optional[Path],  # noqa: UP045
    Option("--output", "-o", help="Write to this file instead of the terminal."),
]
