"""A second factor at signing in, by allauth: an authenticator app, or a key; and of whom one is demanded."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from allauth.mfa import signals
from allauth.mfa.adapter import DefaultMFAAdapter
from allauth.mfa.models import Authenticator
from allauth.mfa.utils import is_mfa_enabled
from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect

from clausewise.desk.records.audit import note
from clausewise.desk.records.models import Person

OPEN_WITHOUT = (
    "account_logout",
    "account_reauthenticate",
    "account_change_password",
    "mfa_activate_totp",
    "mfa_add_webauthn",
    "mfa_reauthenticate",
    "mfa_reauthenticate_webauthn",
    "dossier_style",
    "public_key",
)
"""The pages of those who have to set up a second factor first, by the names of their addresses."""


class SecondFactorAdapter(DefaultMFAAdapter):
    """How allauth treats second factors here."""

    def build_totp_svg(self, url: str) -> str:
        """The square that an app reads, to stand within a page: no picture of another address is shown here."""
        _, found, drawn = super().build_totp_svg(url).partition("<svg")
        return f'{found} role="img" aria-labelledby="square"{drawn}'


class SecondFactorDemanded:
    """The middleware: whoever has such a role and no second factor sets one up before anything else."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self._get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        return self._get_response(request)

    def process_view(self, request: HttpRequest, *_: Any) -> HttpResponse | None:
        """Lead them there; `None` for everybody else."""
        person, at = request.user, request.resolver_match
        if not isinstance(person, Person) or (at and at.url_name in OPEN_WITHOUT):
            return None
        return redirect("mfa_activate_totp") if is_lacking(person) else None


def is_lacking(person: Person) -> bool:
    """Whether somebody has no second factor, and a role for which it is demanded."""
    demanded = settings.SECOND_FACTOR_FOR
    return (
        bool(demanded)
        and person.grants.filter(role__in=demanded).exists()
        and not is_mfa_enabled(person)
    )


def has_second_factor(person: Person) -> bool:
    """Whether somebody is asked for one."""
    return bool(is_mfa_enabled(person))


def take_off(person: Person, by: Person) -> None:
    """Take the second factor of somebody away who has lost it, with the codes that stand in for it."""
    Authenticator.objects.filter(user=person).delete()
    note("take-off-second-factor", by, None, of=person.pk)


def on_set(sender: object, *, user: Person, authenticator: Authenticator, **rest: Any) -> None:
    """Note in the audit trail that somebody set up a second factor."""
    note("set-second-factor", user, None, type=str(authenticator.type))


def on_removed(sender: object, *, user: Person, authenticator: Authenticator, **rest: Any) -> None:
    """Note in the audit trail that somebody removed one of theirs."""
    note("remove-second-factor", user, None, type=str(authenticator.type))


def listen() -> None:
    """Let both be noted from now on."""
    signals.authenticator_added.connect(on_set)
    signals.authenticator_removed.connect(on_removed)
