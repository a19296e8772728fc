"""A desk on this machine: its folder, its database, its first administrator, and a server on loopback."""

from __future__ import annotations

import logging
import os
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from multiprocessing import get_context
from pathlib import Path
from threading import Thread
from typing import TYPE_CHECKING

from clausewise.desk.interview.forms import forms
from clausewise.desk.judging.keys import make, public_halves, public_in, renew
from clausewise.desk.site.configuration import configuration_of
from clausewise.dsl.files.writing import write_new
from clausewise.dsl.startup.lean import lean_dataclass
from clausewise.workers.warm import end_with_parent

if TYPE_CHECKING:
    from clausewise.desk.mail.sending import MailCounts
    from clausewise.desk.records.audit import AuditState
    from clausewise.desk.workflow.again import JudgedAgain
    from clausewise.desk.workflow.retention import Erased

SETTINGS = "clausewise.desk.site.settings"
DATABASE = "desk.sqlite3"
SIGNING = "signing.pem"
HEADS = "heads"
FIRST = "admin@desk.localhost"
"""With what the first administrator signs in."""
THREADS = 8
MAIL_EVERY = 20
"""Seconds between looking whether mail waits."""


@lean_dataclass(frozen=True, slots=True)
class Desk:
    """A desk that can be served.

    Attributes:
        password: that of the first administrator, if there was none before; it is kept nowhere.
        is_all_there: whether the database lies in the folder, too.
    """

    folder: Path
    address: str
    password: str | None
    is_all_there: bool


def prepare(folder: Path, port: int) -> Desk:
    """Make what is missing of a desk: the folder, its keys, the tables, an administrator.

    What others wrote into the folder is looked at first: nothing is made beside what does not fit.

    Raises:
        OSError: the folder or the database cannot be written.
        InvalidError: what makes keys is not installed, or `desk.toml` or a form does not fit.
    """
    said = configuration_of(folder)
    forms([folder / "forms"])
    folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    _keys(folder)
    os.environ["DESK_PORT"] = str(port)
    set_up(folder)
    from django.conf import settings
    from django.core.management import call_command
    from django.db import DatabaseError, connection

    try:
        call_command("migrate", interactive=False, verbosity=0)
        call_command("createcachetable", verbosity=0)
        return Desk(folder, settings.ADDRESS, _administrator(), said.database is None)
    except DatabaseError as error:
        raise OSError(f"its database cannot be used: {error}".strip()) from error
    finally:
        connection.close()


def there_is(folder: Path) -> bool:
    """Whether somebody has made a desk of a folder: it has a database, or says where that is.

    Raises:
        InvalidError: its `desk.toml` does not fit.
    """
    return (folder / DATABASE).exists() or configuration_of(folder).database is not None


def audited(folder: Path, heads: Path | None = None, key: Path | None = None) -> AuditState:
    """Whether the audit trail of a desk is whole. Nothing of the desk is changed, be it served or not.

    Args:
        heads: where copies of its signed heads are kept, in place of the desk's own.
        key: the public key that signed them, or a folder of such, in place of those of the desk.

    Raises:
        OSError: its database cannot be read, or lacks tables.
        InvalidError: its `desk.toml` does not fit.
    """
    set_up(folder)
    from django.db import DatabaseError, connection, transaction

    from clausewise.desk.site.database import only_read
    from clausewise.desk.workflow.heads import verified

    keys = public_in(key) if key else [*public_halves(folder / SIGNING).values()]
    only_read(connection.settings_dict)
    try:
        with transaction.atomic():  # one state of it, while others write
            return verified(heads or folder / HEADS, keys)
    except DatabaseError as error:
        raise OSError(f"its database cannot be read: {error}") from error
    finally:
        connection.close()


def head_signed(folder: Path) -> Path | None:
    """Sign the newest digest of a desk's audit trail, be it served or not; the file, if there was none yet.

    Raises:
        OSError: its database cannot be read, or the file cannot be written.
        InvalidError: its `desk.toml` does not fit, or the key cannot be used.
    """
    set_up(folder)

    from clausewise.desk.records.audit import newest
    from clausewise.desk.workflow.heads import export

    with database():
        return export(folder / HEADS, folder / SIGNING, *newest())


def erased(folder: Path, number: int) -> None:
    """Erase what an event of a desk's audit trail says in detail.

    Raises:
        OSError: its database cannot be written, or has no such event.
        InvalidError: its `desk.toml` does not fit.
    """
    set_up(folder)
    from django.db import DatabaseError, connection

    from clausewise.desk.records.audit import erase
    from clausewise.desk.records.models import AuditEvent

    try:
        erase(AuditEvent.objects.get(number=number))
    except AuditEvent.DoesNotExist:
        raise OSError(f"the audit trail has no event {number}") from None
    except DatabaseError as error:
        raise OSError(f"its database cannot be written: {error}") from error
    finally:
        connection.close()


def judged_again(folder: Path, readings: Mapping[str, str]) -> list[JudgedAgain]:
    """Judge all decided applications of a desk again, by the newest version of the policy of each.

    Raises:
        OSError: its database cannot be written.
        InvalidError: its `desk.toml` does not fit, or a policy cannot be used.
    """
    set_up(folder)

    from clausewise.desk.workflow.again import judge_again

    with database():
        return judge_again(readings)


def erased_old(folder: Path) -> Erased:
    """Erase what names people of a desk's applications that were closed long ago, by its `keep-days`.

    Raises:
        OSError: its database cannot be written, or no such days are set.
        InvalidError: its `desk.toml` does not fit.
    """
    set_up(folder)
    from django.conf import settings

    from clausewise.desk.workflow.evidence import forget
    from clausewise.desk.workflow.retention import erase_old

    if settings.KEEP_DAYS is None:
        raise OSError("its desk.toml does not say `keep-days`")
    with database():
        return erase_old(settings.KEEP_DAYS, forget)


def mailed(folder: Path) -> MailCounts:
    """Send what waits to be sent, and once a day before that, put in of what is to be reminded.

    Raises:
        OSError: its database cannot be written.
        InvalidError: its `desk.toml` does not fit.
    """
    set_up(folder)
    return _mail_sent()


def _mail_sent() -> MailCounts:

    from clausewise.desk.mail.sending import send_waiting
    from clausewise.desk.workflow.reminders import remind_daily

    with database():
        remind_daily()
        return send_waiting()


def renewed_key(folder: Path) -> str:
    """Let another key sign the letters of a desk from now on, be it served or not; its id.

    Raises:
        OSError: it cannot be written.
        InvalidError: its `desk.toml` does not fit, or what makes keys is not installed.
    """
    set_up(folder)

    from clausewise.desk.records.audit import note

    with database():
        found = renew(folder / SIGNING)
        note("new-key", None, None, key=found)
    return found


def mail_by_itself() -> None:
    """Send the mail of the desk that was prepared in a thread, for as long as it is served."""

    def run() -> None:
        while True:
            try:
                _mail_sent()
            except Exception:
                # the desk is served without mail; what waits is tried again
                logging.getLogger(__name__).exception("mail could not be sent")
            time.sleep(MAIL_EVERY)

    Thread(target=run, name="mail", daemon=True).start()


def work(folder: Path) -> None:
    """Do the jobs of a desk, until somebody ends it.

    Raises:
        OSError: its database cannot be written.
        InvalidError: its `desk.toml` does not fit.
    """
    set_up(folder)

    from clausewise.desk.workflow import jobs

    with database():
        jobs.work()


def _worker(folder: Path) -> None:
    """The process of a worker, which ends with the one that started it."""
    Thread(target=end_with_parent, daemon=True).start()
    work(folder)


@contextmanager
def database() -> Iterator[None]:
    """The database, written to in one go of a command; it is closed at the end.

    Raises:
        OSError: it cannot be written.
    """
    from django.db import DatabaseError, connection

    try:
        yield
    except DatabaseError as error:
        raise OSError(f"its database cannot be written: {error}") from error
    finally:
        connection.close()


def set_up(folder: Path) -> None:
    """Let Django work for a desk.

    Raises:
        InvalidError: its `desk.toml` does not fit.
    """
    os.environ["DESK_FOLDER"] = str(folder.absolute())
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", SETTINGS)
    import django

    django.setup()


def serve(folder: Path, port: int) -> None:
    """Serve a desk that was prepared, on loopback, until somebody ends it; and do its jobs in another process.

    Raises:
        OSError: the port is taken.
    """
    from waitress import serve as serve_by

    from clausewise.desk.site.headers import most_bytes
    from clausewise.desk.site.wsgi import application

    get_context("spawn").Process(target=_worker, args=(folder,), daemon=True).start()
    serve_by(
        application,
        listen=f"127.0.0.1:{port}",
        threads=THREADS,
        ident=None,
        max_request_body_size=2
        * most_bytes(),  # what is a little too large, the desk answers itself
        _quiet=True,
    )


def _keys(folder: Path) -> None:
    """The key of sessions, and the one that signs letters, each for its owner alone."""
    from django.core.management.utils import get_random_secret_key

    if not (folder / "secret.key").exists():
        write_new(folder / "secret.key", get_random_secret_key().encode(), 0o600)
    make(folder / SIGNING)


def _administrator() -> str | None:
    from clausewise.desk.pages.accounts.people import enter
    from clausewise.desk.records.models import Grant, Role

    if Grant.objects.filter(role=Role.ADMINISTRATOR).exists():
        return None
    return enter("Administrator", FIRST, [Role.ADMINISTRATOR])[1]
