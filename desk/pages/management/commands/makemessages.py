"""Django's command that collects what is to be translated, also from the rooms that know no Django.

What these say is no call of `gettext`: an answer is refused by a `Refusal`, a file by a `RefusedFileError`. Pages
translate both when they show them.
"""

from __future__ import annotations

from django.core.management.commands import makemessages

KEYWORDS = ("Refusal:1", "Refusal:2", "RefusedFileError:1")


class Command(makemessages.Command):
    """As Django has it, with these keywords more."""

    xgettext_options = [
        *makemessages.Command.xgettext_options,
        *(f"--keyword={one}" for one in KEYWORDS),
    ]
