"""What assistants ask about: designs and policies of the folder in which the server was started.

Who asks is a program that may have read what strangers wrote. So it is let in by a narrower door than who types a
command: it opens nothing outside of the project's folder and the `design-roots` of the configuration, and it names
no policy by path to judge by (SECURITY.md).
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import date
from pathlib import Path

from clausewise.checking.check import check_each, check_file
from clausewise.checking.options import Options
from clausewise.checking.report import Checked
from clausewise.configuration.options import options_here
from clausewise.dsl.files.reading import UnreadableError, is_within, resolved, shown
from clausewise.dsl.startup.lean import lean_dataclass, replace
from clausewise.dsl.text.diagnostic import Diagnostic, InvalidError
from clausewise.dsl.text.fault import fault_of
from clausewise.engine.core.policy import Policy
from clausewise.intake.access import is_path
from clausewise.intake.designs import source_of
from clausewise.intake.judges import DEFAULT, named_policy

NAMES = {"text": "stdin.design", "json": "stdin.design.json"}
"""What a design is called that comes as a text, by its format: as one on standard input is."""
LIST_IT = (
    "whoever started the server can list it under `policies` in the clausewise.toml of its folder"
)
STARTED_ISOLATED = "the server was started with `--isolated`, so only policies of the packs judge"


@lean_dataclass(frozen=True, slots=True)
class AskedDesign:
    """The design that is asked about, and how it is to be judged.

    Attributes:
        path: of its file; empty where it comes as a text.
        text: the design itself; empty where it lies in a file.
        format: of that text, a key of `NAMES`.
        policy: by which to judge, instead of those that it names; empty for these.
        readings: alternatives by reading.
        as_of: the date of judging.
        evidence_required: whether claims count only with their evidence.
        exact: whether nothing is called open that is settled however the missing facts turn out.
    """

    path: str = ""
    text: str = ""
    format: str = "text"
    policy: str = ""
    readings: Mapping[str, str] | None = None
    as_of: date | None = None
    evidence_required: bool = False
    exact: bool = False


@lean_dataclass(frozen=True, slots=True)
class AssistedProject:
    """The folder in which the server was started. Its configuration is read anew for each question.

    Attributes:
        config: the configuration file, instead of the nearest one.
        isolated: whether files of the folder configure nothing and judge nothing.
    """

    config: Path | None = None
    isolated: bool = False

    def options(self, asked: AskedDesign | None = None) -> Options:
        """How to judge, as the configuration says, but for what is asked.

        Raises:
            InvalidError: the configuration cannot be used, or a policy is named by a path.
        """
        found = options_here(self.config, isolated=self.isolated)
        how = STARTED_ISOLATED if self.isolated else LIST_IT
        found = replace(found, access=replace(found.access, is_confined=True, to_judge=how))
        if asked is None:
            return found
        if is_path(asked.policy):
            message = f"`{asked.policy}` is a path, and may not judge here"
            hint = "name it, perhaps with a version; a project's own lie in its folder, or in clausewise.toml"
            raise InvalidError([Diagnostic("E511", message, hint=hint)])
        return replace(
            found,
            policy=asked.policy or None,
            readings=dict(asked.readings or {}),
            as_of=asked.as_of,
            evidence_required=asked.evidence_required or found.evidence_required,
            exact=asked.exact,
        )

    def judged(self, asked: AskedDesign, options: Options, *, try_answers: bool = True) -> Checked:
        """What came of a design. Mistakes come back in it, and a bug of ours that it brings out.

        Raises:
            InvalidError: it is not said which design.
        """
        if bool(asked.path) is bool(asked.text):
            hint = "give `path`, or the design itself as `text`"
            raise InvalidError([Diagnostic("E520", "there is no design", hint=hint)])
        name = shown(Path(asked.path)) if asked.path else NAMES[asked.format]
        try:
            if asked.path:
                return check_file(Path(asked.path), options, try_answers=try_answers)
            source = source_of(name, asked.text, options.access.max_bytes)
            return check_each(source, options, try_answers=try_answers)
        except InvalidError as error:
            return Checked(name, (), error.diagnostics)
        except Exception as error:
            return Checked(name, (), (fault_of(error, name),))

    def policy(self, name: str, options: Options) -> Policy:
        """A policy to look at: by name, by a path in the project's folder, or the default one.

        Raises:
            InvalidError: it is not there, lies elsewhere, or has mistakes.
        """
        wanted = str(self.author_file(name, options)) if is_path(name) else name
        return named_policy(wanted or DEFAULT, options.access)

    def author_file(self, given: str, options: Options) -> Path:
        """The path of a policy or a vocabulary, if it lies in the project's folder and that is not left alone.

        Raises:
            InvalidError: it does not.
        """
        return _inside(given, () if self.isolated else (options.access.home,))

    def design_file(self, given: str, options: Options) -> Path:
        """The path of a design, if it lies where designs are opened.

        Raises:
            InvalidError: it does not.
        """
        return _inside(given, (options.access.home, *options.access.designs))


def _inside(given: str, folders: Iterable[Path]) -> Path:
    path = Path(given)
    try:
        if is_within(resolved(path), folders):
            return path
    except UnreadableError as error:
        raise InvalidError([Diagnostic("E100", f"`{shown(path)}` {error}")]) from None
    message = f"`{shown(path)}` lies outside of the folders that may be read"
    hint = "start the server in the folder that holds it; a policy of a pack is given by its name"
    raise InvalidError([Diagnostic("E100", message, hint=hint)])
