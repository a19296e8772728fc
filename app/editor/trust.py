"""Whose word counts in a folder that an editor has open (SECURITY.md, of editors).

To open a folder is not to trust it. Until whoever uses the editor says so, what lies in it configures nothing and
judges nothing: only the policies of the packs do.
"""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from clausewise.checking.options import Options
from clausewise.configuration.options import options_here
from clausewise.dsl.files.reading import is_within, resolved
from clausewise.dsl.startup.lean import lean_dataclass, replace

LIST_IT = "list it under `policies` in the clausewise.toml that counts here"
TRUST_IT = (
    "only policies of the packs judge in a folder that is not trusted: trust it in the editor, as VS Code does by"
    " `Workspaces: Manage Workspace Trust`, or start the server as `clausewise lsp --trust FOLDER`"
)
START_IT_OTHERWISE = (
    "only policies of the packs judge, since the server was started with `--isolated`: leave that out of the"
    " command `clausewise lsp` in the settings of the editor"
)


@lean_dataclass(frozen=True, slots=True)
class Trust:
    """What whoever started the server says of the folders that are open.

    Attributes:
        config: a configuration file that they name: it counts everywhere.
        isolated: whether nothing in any folder counts.
        everywhere: whether the editor says that the folders it has open are trusted.
        folders: folders that are trusted, with all below them.
    """

    config: Path | None = None
    isolated: bool = False
    everywhere: bool = False
    folders: tuple[Path, ...] = ()

    def of(self, folder: Path) -> bool:
        """Whether what lies in an open folder may configure and judge."""
        return not self.isolated and (self.everywhere or is_within(resolved(folder), self.folders))

    def options(self, folder: Path) -> Options:
        """How to judge in an open folder: as the command line does that starts there, or as with `--isolated`.

        Raises:
            InvalidError: the configuration cannot be used.
        """
        if self.config and not self.isolated:
            found, how = options_here(self.config, here=folder), LIST_IT
        else:
            is_trusted = self.of(folder)
            found = options_here(isolated=not is_trusted, here=folder)
            how = LIST_IT if is_trusted else START_IT_OTHERWISE if self.isolated else TRUST_IT
        return replace(found, access=replace(found.access, to_judge=how))


def folder_of(path: Path, folders: Sequence[Path]) -> Path:
    """The innermost of the open folders that holds a file; the file's own where none does."""
    holding = [folder for folder in folders if path.is_relative_to(folder)]
    return max(holding, key=lambda folder: len(folder.parts), default=path.parent)
