"""Forms: designs with which applications begin. A form says who judges, and may state facts already.

No module knows a form by its name: whoever runs the desk adds one by putting a design into the folder `forms`. The
comment above its first line tells applicants what it is for.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import date
from itertools import takewhile
from pathlib import Path

from clausewise.desk.interview.drafts import ACCESS, draft_of, policy_of
from clausewise.dsl.files.reading import UnreadableError, read_bytes
from clausewise.dsl.startup.lean import lean_dataclass
from clausewise.dsl.syntax import Design
from clausewise.dsl.text.diagnostic import Diagnostic, InvalidError
from clausewise.dsl.text.source import Source
from clausewise.intake.designs import read_design, source_of

SHIPPED = Path(__file__).parent.parent / "forms"
"""The forms that come with the desk."""


@lean_dataclass(frozen=True, slots=True)
class Form:
    """A kind of application.

    Attributes:
        name: that of its file.
        title: what it is called.
        about: what it is for, and what to have ready.
        text: the design with which an application begins.
        policy: what judges it, with the newest version in its name: an application keeps to that.
    """

    name: str
    title: str
    about: str
    text: str
    policy: str


def forms(folders: Iterable[Path] = ()) -> Mapping[str, Form]:
    """The forms by name: those of the desk, then those of these folders, which may replace others.

    Raises:
        InvalidError: a form cannot be read, or is no design that one policy judges.
    """
    found = {}
    for folder in (SHIPPED, *folders):
        for path in sorted(folder.glob("*.design")):
            found[path.stem] = _form(path)
    return found


def _form(path: Path) -> Form:
    try:
        text = read_bytes(path, limit=ACCESS.max_bytes)
    except UnreadableError as error:
        message = f"the form `{path}` {error}"
        hint = "write it anew, or take it out"
        found = Diagnostic("E100", message, Source(str(path), ""), None, hint)
        raise InvalidError([found]) from None
    source = source_of(path.name, text)
    written = read_design(source)
    policy = policy_of(written)
    assert isinstance(written.tree, Design)
    lines = takewhile(lambda line: line.startswith("#"), source.text.split("\n"))
    about = " ".join(line.lstrip("# ") for line in lines)
    start = source.text[written.tree.subject.span.start :]
    return Form(path.stem, written.tree.title.text, about, start, policy.full_name)


def warmed() -> None:
    """Judge the forms of the desk once, so that their policies are ready."""
    for form in forms().values():
        draft_of(form.text, form.policy, date.today())
