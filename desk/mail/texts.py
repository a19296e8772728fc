"""What a mail says: its template, which names an application by its reference and leads to a page of the desk.

Nothing of what an application states stands in it: mail is read by more than whom it is meant for.
"""

from __future__ import annotations

from datetime import date
from urllib.parse import urlsplit

from django.conf import settings
from django.contrib.auth.tokens import default_token_generator
from django.core import signing
from django.core.mail import EmailMessage
from django.template.loader import render_to_string
from django.urls import reverse
from django.utils import translation
from django.utils.http import int_to_base36

from clausewise.desk.records.models import Mail, Person

PAGES = {
    "submitted": "application",
    "given-back": "application",
    "taken-back": "application",
    "reopened": "application",
    "appealed": "application",
    "ending": "application",
    "reconsidered": "application",
    "decided": "letter",
    "revoked": "letter",
    "waits": "dossier",
    "assigned": "dossier",
    "taken-over": "dossier",
    "withdrawn": "dossier",
    "judged-again": "tasks",
    "registered": "account_reset_password",
}
"""The page to which a mail of a kind leads, by the name of its address."""
WITH_KEY = ("invited", "password")
"""The kinds that lead to where a password is chosen, by a key that is made at sending, and kept nowhere."""
VERIFYING = "verify"
"""The kind that leads to where somebody says that an address is theirs, by such a key as well."""
ABOUT_ALL = ("judged-again", "registered")
"""The kinds that are about no single application."""


def message(mail: Mail) -> EmailMessage:
    """A mail as it is sent. Sent twice it is the same message, so that programs can show it once."""
    context = {**mail.detail, "person": mail.person, "application": mail.application}
    context["link"] = settings.ADDRESS + page_of(mail)
    if day := mail.detail.get("day"):
        context["day"] = date.fromisoformat(day)
    with translation.override(settings.LANGUAGE_CODE):
        text = render_to_string(f"desk/mail/{mail.kind}.txt", context)
    subject, _, body = text.strip().partition("\n")
    host = urlsplit(settings.ADDRESS).hostname
    return EmailMessage(
        subject.strip(),
        f"{body.strip()}\n",
        to=[mail.person.email],
        headers={
            "Message-ID": f"<{mail.token}@{host}>",
            "Auto-Submitted": "auto-generated",  # RFC 3834: no absence note answers it
        },
    )


def page_of(mail: Mail) -> str:
    """The path of the page to which a mail leads."""
    if mail.kind in WITH_KEY:
        return place_to_choose_password(mail.person)
    if mail.kind == VERIFYING:
        shown = signing.dumps(mail.detail["address"], salt=settings.ACCOUNT_SALT)
        return reverse("account_confirm_email", args=[shown])
    name = PAGES[mail.kind]
    return reverse(name) if mail.kind in ABOUT_ALL else reverse(name, args=[mail.application_id])


def place_to_choose_password(person: Person) -> str:
    """The path of the page on which somebody chooses a password, by a key that counts for three days, once."""
    key = default_token_generator.make_token(person)
    places = {"uidb36": int_to_base36(person.pk), "key": key}
    return reverse("account_reset_password_from_key", kwargs=places)
