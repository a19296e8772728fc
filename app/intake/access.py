"""What a run may open and who may judge in it: all that a design cannot say for itself.

Designs, evidence and cases come from strangers (SECURITY.md). So whoever runs Clausewise says this, by flags or a
configuration, and a design can only choose among what is allowed.
"""

from __future__ import annotations

import os
from pathlib import Path

from clausewise.dsl.files.reading import MAX_BYTES
from clausewise.dsl.startup.lean import lean_dataclass


@lean_dataclass(frozen=True, slots=True)
class Access:
    """What a run may open and who may judge in it.

    Attributes:
        policies: names of policies of packs, and paths of others; `None` for all of the packs and those in `root`.
        root: the project's folder; `None` is the working folder.
        is_isolated: whether files of the project's folder never judge.
        designs: further folders in which designs may lie.
        evidence: further folders in which evidence may lie.
        addresses: whether an address counts as evidence.
        exclude: what is left out, as in .gitignore, from `root` on.
        gitignore: whether what .gitignore files name is left out.
        beside: a folder whose policies may judge, too: that of the cases that are run.
        inputs: files that are never evidence, beside the design.
        max_bytes: of a design, a file of cases or a line of a portfolio.
        packs: folders of packs, whose policies may judge as those of installed ones.
        digests: names of files of policies and vocabularies, each with a SHA-256 that it may have; a file that is
            named must have one of these.
        is_confined: whether a path that is given opens no folder by itself: who gives it may be a stranger.
        to_judge: what somebody can do, where this is, so that a policy judges that may not.
    """

    policies: tuple[str, ...] | None = None
    root: Path | None = None
    is_isolated: bool = False
    designs: tuple[Path, ...] = ()
    evidence: tuple[Path, ...] = ()
    addresses: bool = False
    exclude: tuple[str, ...] = ()
    gitignore: bool = True
    beside: Path | None = None
    inputs: tuple[Path, ...] = ()
    max_bytes: int = MAX_BYTES
    packs: tuple[Path, ...] = ()
    digests: tuple[tuple[str, str], ...] = ()
    is_confined: bool = False
    to_judge: str = ""

    @property
    def home(self) -> Path:
        """The project's folder."""
        return self.root or Path.cwd()

    @property
    def how_to_judge(self) -> str:
        """What to do so that a policy judges that may not: by default, on the command line."""
        if self.to_judge:
            return self.to_judge
        if self.is_isolated:
            return "give `--policy`; with `--isolated`, no configuration counts that could list it"
        return "list it under `policies` in clausewise.toml, or give `--policy`"

    @property
    def repository(self) -> Path:
        """The nearest folder, the project's or one above it, that is a repository; the project's if none is."""
        folders = (self.home, *self.home.parents)
        return next((f for f in folders if os.path.exists(f / ".git")), self.home)

    def around(self, path: str | Path) -> tuple[Path, ...]:
        """The folders in which a file must lie that is given by this path, once its links are followed."""
        own = () if self.is_confined else (Path(os.path.dirname(path) or "."),)
        return *own, self.home, *self.designs


def is_path(policy: str) -> bool:
    """Whether a policy is given by its path rather than its name."""
    return policy.endswith(".policy") or "/" in policy or os.sep in policy
