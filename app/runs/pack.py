"""`clausewise pack`: many designs in, one Parquet file out, and what was left out on standard error."""

from __future__ import annotations

import sys
from contextlib import suppress
from importlib.util import find_spec
from pathlib import Path

from clausewise.checking.options import Options
from clausewise.dsl.text.fault import EXIT_CODE, FAULT
from clausewise.formats.report.text import print_left_out
from clausewise.formats.screen.sheet import terminal
from clausewise.portfolio.parquet import needs_extra
from clausewise.portfolio.sources import count_of, files_of, portions_of
from clausewise.runs.output import COULD_NOT_JUDGE, say
from clausewise.runs.portfolio import policy_for, refuse_ending
from clausewise.runs.progress import with_progress
from clausewise.runs.renderers import opened_bytes

MOST_SHOWN = 10


class _NothingError(Exception):
    """No design can be written, so that whatever stands in the output stays."""


def run(path: Path, output: Path, options: Options, jobs: int | None) -> int:
    """Write the file, and give the exit code.

    Args:
        options: the vocabulary of its policy gives the columns; without one, that of the one that designs name.

    Raises:
        InvalidError: there is no design, or the policy or the file cannot be used.
    """
    if find_spec("pyarrow") is None:
        raise needs_extra("Parquet")
    from clausewise.portfolio.packing import pack

    files = files_of(path, options.access)
    policy = policy_for(path, options, files)
    refuse_ending(output, "parquet", path)
    portions = portions_of(path, policy.vocabulary, files, options.access.max_bytes)
    count, bad = 0, []
    with suppress(_NothingError), opened_bytes(output) as stream:
        packed = pack(portions, policy, stream, jobs, options.access)
        for mistake in with_progress(packed, count_of(path, files), "packing"):
            count += 1
            if mistake:
                bad.append(mistake)
        if len(bad) == count:
            raise _NothingError
    if len(bad) == count:
        say(f"{output} is not written: none of {count:,} designs can be")
    else:
        say(f"{count - len(bad):,} of {count:,} designs are in {output}")
    for name, why in bad[:MOST_SHOWN]:
        say(f"{name}: {why}", stream=sys.stderr)
    if len(bad) > MOST_SHOWN:
        say(f"... and {len(bad) - MOST_SHOWN:,} more that were left out", stream=sys.stderr)
    if files and files.left_out:
        print_left_out(files.left_out, terminal(stderr=True))
    if any(why.endswith(f"({FAULT})") for _, why in bad):
        return EXIT_CODE
    return COULD_NOT_JUDGE if bad else 0
