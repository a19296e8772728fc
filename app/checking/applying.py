"""Which policies could apply to a design, whichever it names: `clausewise packs DESIGN`."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from clausewise.checking.judging import attempts
from clausewise.checking.options import Options
from clausewise.dsl.startup.lean import replace
from clausewise.dsl.syntax import Name
from clausewise.dsl.text.diagnostic import InvalidError
from clausewise.dsl.text.source import Source
from clausewise.engine.judging.judgement import Judgement
from clausewise.intake.designs import read_design


def judged_by_each(
    source: Source, names: Sequence[str], options: Options
) -> Iterator[tuple[str, Judgement | InvalidError]]:
    """What each of some policies makes of a design, in their order, or why it makes nothing of it.

    One that is named twice judges once.

    They judge together: what is stated for one is no mistake for another, and each reads the laws among them.

    Raises:
        InvalidError: nothing of the design can be read.
    """
    names = [*dict.fromkeys(names)]
    written = replace(read_design(source), instead=tuple([Name(name) for name in names]))
    examine = options.examine_for(source.path)
    found = attempts(written, replace(options, policy=None), examine, each_alone=True)
    yield from zip(names, found, strict=True)
