"""Signing in, and how an organisation registers."""

from __future__ import annotations

import time
from typing import Any

from allauth.account import views
from allauth.account.adapter import DefaultAccountAdapter
from allauth.account.authentication import get_authentication_records
from allauth.account.forms import SignupForm
from allauth.core import context
from allauth.socialaccount.adapter import DefaultSocialAccountAdapter
from allauth.socialaccount.models import SocialLogin
from django.conf import settings
from django.db import transaction
from django.http import Http404, HttpRequest, HttpResponse
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from clausewise.desk.mail.outbox import tell
from clausewise.desk.pages.access import signed_in
from clausewise.desk.pages.inputs import OneLine
from clausewise.desk.records.models import Organisation, Person


class Adapter(DefaultAccountAdapter):
    """How allauth treats accounts here: nobody is told more of them than that they signed in or did not."""

    def add_message(self, *args: Any, **kwargs: Any) -> None:
        """Say nothing: the next page shows that it worked."""

    def send_mail(self, template_prefix: str, email: str, context: dict[str, Any]) -> None:
        """Put into the outbox what leads to a new password, and nothing else: no page waits for a mail server."""
        if template_prefix == "account/email/password_reset_key":
            tell([context["user"]], "password", f"password {timezone.now().isoformat()}")

    def is_reauthentication_required(self, *, app: str, **kwargs: Any) -> bool:
        """Whether somebody shows again who they are: once it is some time since they last did, in any way."""
        records = get_authentication_records(context.request, context.request.user)
        since = max((one["at"] for one in records), default=0)
        return bool(time.time() - since > settings.ACCOUNT_REAUTHENTICATION_TIMEOUT)


class ProviderAdapter(DefaultSocialAccountAdapter):
    """How allauth treats who comes by way of another site: they have to be known here, by their address."""

    def is_open_for_signup(self, request: HttpRequest, sociallogin: SocialLogin) -> bool:
        """Nobody registers so: administrators enter who works here, and organisations register themselves."""
        return False


class Registration(SignupForm):
    """A person registers with their organisation, whose first member they are."""

    name = OneLine(label=_("Your name"), max_length=150)
    organisation = OneLine(label=_("Your organisation"), max_length=200)
    field_order = ("name", "organisation", "email", "password1", "password2")

    @transaction.atomic
    def save(self, request: HttpRequest) -> Person:
        """The person, who can sign in from now on."""
        person: Person = super().save(request)
        person.name = self.cleaned_data["name"]
        person.organisation = Organisation.objects.create(name=self.cleaned_data["organisation"])
        person.save()
        return person


def password(request: HttpRequest) -> HttpResponse:
    """Change a password; who signs in by way of another site has none."""
    if not signed_in(request).has_usable_password():
        raise Http404
    changed: HttpResponse = views.password_change(request)
    return changed
