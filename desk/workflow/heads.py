"""Signed heads of the audit trail as files outside of the database, and whether the chain still leads to them."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from pathlib import Path

from django.utils import timezone
from django.utils.translation import gettext as _

from clausewise.desk.judging.heads import TrailHead, head_in, signed_head
from clausewise.desk.records.audit import AuditState, verify
from clausewise.desk.records.models import AuditEvent
from clausewise.desk.workflow.roles import wrong_with_people
from clausewise.desk.workflow.standing import wrong_with_applications
from clausewise.dsl.files.reading import UnreadableError, read_bytes
from clausewise.dsl.files.writing import write_new
from clausewise.dsl.startup.lean import replace

MOST_BYTES = 10_000
"""No head is larger."""


def export(folder: Path, private: Path, events: int, digest: str) -> Path | None:
    """Sign a head of the trail into a file of its own; `None` if there is no event, or that was done already.

    Args:
        folder: of all heads.
        private: the key that signs.
        events: how many there were, and `digest` that of the newest of them: of what was verified, where it was.

    Raises:
        OSError: it cannot be written.
        InvalidError: the key cannot be used.
    """
    path = folder / f"{events:012}-{digest[:12]}.json"
    if not events or path.exists():
        return None
    head = TrailHead(events, digest, timezone.now().isoformat())
    folder.mkdir(mode=0o755, exist_ok=True)
    try:
        write_new(path, signed_head(head, read_bytes(private)), 0o644)
    except FileExistsError:  # another process has signed it meanwhile
        return None
    return path


def verified(folder: Path, keys: Sequence[bytes]) -> AuditState:
    """Whether the chain is whole, leads to each head that was signed, and fits applications and people.

    Args:
        folder: of the heads: the desk's own, or copies that were kept elsewhere.
        keys: the public halves that may have signed them, in PEM.
    """
    found = verify()
    paths = sorted(folder.glob("*.json"))
    wrong = (*_wrong_with(paths, keys), *wrong_with_applications(), *wrong_with_people())
    return replace(found, broken=found.broken + wrong, heads=len(paths))


def _wrong_with(paths: Iterable[Path], keys: Sequence[bytes]) -> Iterator[str]:
    for path in paths:
        head = _read(path, keys)
        if head is None:
            yield _("`%(name)s` is no head that a key of the desk signed") % {"name": path.name}
            continue
        said = {"number": f"{head.events:,}", "day": head.at[:10]}
        event = AuditEvent.objects.filter(number=head.events).first()
        if event is None:
            yield _("event %(number)s is not there, whose digest was signed on %(day)s") % said
        elif event.digest != head.digest:
            told = _("event %(number)s is another one than when its digest was signed on %(day)s")
            yield told % said


def _read(path: Path, keys: Sequence[bytes]) -> TrailHead | None:
    try:
        return head_in(read_bytes(path, limit=MOST_BYTES), keys)
    except UnreadableError:
        return None
