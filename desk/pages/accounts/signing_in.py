"""Signing in, and how an organisation registers."""

from __future__ import annotations

import time
from typing import Any

from allauth.account import views
from allauth.account.adapter import DefaultAccountAdapter
from allauth.account.authentication import get_authentication_records
from allauth.account.forms import LoginForm, ResetPasswordForm, SignupForm
from allauth.account.models import EmailAddress
from allauth.core import context
from allauth.socialaccount.adapter import DefaultSocialAccountAdapter
from allauth.socialaccount.models import SocialLogin
from django.conf import settings
from django.contrib import messages
from django.db import transaction
from django.http import Http404, HttpRequest, HttpResponse
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from clausewise.desk.mail.outbox import tell
from clausewise.desk.mail.texts import VERIFYING, place_to_choose_password
from clausewise.desk.pages.access import signed_in
from clausewise.desk.pages.accounts.addresses import address_of
from clausewise.desk.pages.inputs import OneLine
from clausewise.desk.records.models import Person
from clausewise.desk.workflow.retention import forget_registration, registrations

MAILED = {
    "account/email/password_reset_key": "password",
    "account/email/email_confirmation_signup": VERIFYING,
    "account/email/email_confirmation": VERIFYING,
    "account/email/account_already_exists": "registered",
}
"""What of all that allauth would send is sent, by the name of its text here."""


class Adapter(DefaultAccountAdapter):
    """How allauth treats accounts here: nobody is told more of them than that they signed in or did not."""

    error_messages = {
        **DefaultAccountAdapter.error_messages,
        "email_password_mismatch": _("The e-mail address or the password is not right."),
    }

    def add_message(
        self,
        request: HttpRequest,
        level: int,
        message_template: str | None = None,
        *args: Any,
        **kwargs: Any,
    ) -> None:
        """Say nothing, since the next page shows that it worked; but for what it does not show."""
        if message_template == "account/messages/email_confirmed.txt":
            messages.add_message(request, level, _("Your address is confirmed."))

    def send_mail(self, template_prefix: str, email: str, context: dict[str, Any]) -> None:
        """Put into the outbox what leads somewhere, and nothing else: no page waits for a mail server."""
        if kind := MAILED.get(template_prefix):
            for person in Person.objects.filter(email=email.lower(), is_active=True):
                known = {"address": address_of(person).pk} if kind == VERIFYING else {}
                tell([person], kind, f"{kind} {timezone.now().isoformat()}", **known)

    def get_email_verification_redirect_url(self, email_address: EmailAddress) -> str:
        """Where they go on who have shown that an address is theirs: to choose a password, if they have none."""
        person = email_address.user
        if person.has_usable_password():
            return str(super().get_email_verification_redirect_url(email_address))
        return place_to_choose_password(person)

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


ADDRESS = _("E-mail address")


class SignIn(LoginForm):
    """An address and a password. Where to turn without one stands once, below the form."""

    def __init__(self, *args: Any, **rest: Any) -> None:
        super().__init__(*args, **rest)
        self.fields["login"].label = ADDRESS
        self.fields["password"].help_text = ""


class Forgotten(ResetPasswordForm):
    """The address to which a new password leads."""

    def __init__(self, *args: Any, **rest: Any) -> None:
        super().__init__(*args, **rest)
        self.fields["email"].label = ADDRESS


class Registration(SignupForm):
    """A person registers with their organisation, whose first member they are once the address is theirs."""

    name = OneLine(label=_("Your name"), max_length=150)
    organisation = OneLine(label=_("Your organisation"), max_length=200)
    field_order = ("name", "organisation", "email", "password1", "password2")

    def __init__(self, *args: Any, **rest: Any) -> None:
        super().__init__(*args, **rest)
        self.fields["email"].label = ADDRESS

    def validate_unique_email(self, value: str) -> str:
        """The address. Of several who register with one the last counts, until it is shown to be theirs."""
        if registrations().filter(email=value).exists():
            return value
        return str(super().validate_unique_email(value))

    @transaction.atomic
    def save(self, request: HttpRequest) -> Person:
        """The person, who can sign in once they have opened what is mailed to them."""
        forget_registration(self.cleaned_data["email"])
        person: Person = super().save(request)
        person.name = self.cleaned_data["name"]
        person.registers = self.cleaned_data["organisation"]
        person.save()
        return person


def password(request: HttpRequest) -> HttpResponse:
    """Change a password; who signs in by way of another site has none."""
    if not signed_in(request).has_usable_password():
        raise Http404
    changed: HttpResponse = views.password_change(request)
    return changed
