"""Addresses: who has one shows it by a link that is mailed there, and belongs to an organisation from then on."""

from __future__ import annotations

from typing import Any

from allauth.account import signals
from allauth.account.models import EmailAddress
from allauth.account.stages import EmailVerificationStage, LoginStageController
from allauth.socialaccount.models import SocialLogin
from allauth.socialaccount.signals import social_account_added
from django.db import transaction
from django.http import HttpRequest

from clausewise.desk.records.audit import note
from clausewise.desk.records.models import Organisation, Person


def vouch_for(person: Person) -> None:
    """Take an address as that of who signs in with it: an administrator says so."""
    EmailAddress.objects.update_or_create(
        user=person, email=person.email, defaults={"verified": True, "primary": True}
    )


def address_of(person: Person) -> EmailAddress:
    """The address of somebody as allauth keeps it, shown to be theirs or not."""
    found, _ = EmailAddress.objects.get_or_create(
        user=person, email=person.email, defaults={"primary": True}
    )
    return found


@transaction.atomic
def on_verified(sender: object, *, email_address: EmailAddress, **rest: Any) -> None:
    """Let who registered belong to their organisation, which is made now."""
    person = Person.objects.select_for_update().get(pk=email_address.user_id)
    if person.registers and person.organisation is None:
        person.organisation = Organisation.objects.create(name=person.registers)
        person.registers = ""
        person.save(update_fields=["organisation", "registers"])
        note("register", person, None, organisation=person.organisation.pk)


@transaction.atomic
def on_confirmed(
    sender: object, *, request: HttpRequest, email_address: EmailAddress, **rest: Any
) -> None:
    """Who reads the mail has the address. Whoever registered with it can be somebody else, in another browser.

    So there the password counts no more, and the page leads to where one is chosen.
    """
    stage = LoginStageController.enter(request, EmailVerificationStage.key)
    if stage is None or stage.login.user.pk != email_address.user_id:
        person = Person.objects.select_for_update().get(pk=email_address.user_id)
        person.set_unusable_password()
        person.save(update_fields=["password"])
        email_address.user = person
    on_verified(None, email_address=email_address)


def _verified(address: EmailAddress) -> None:
    """Take an address as that of whoever signs in with it."""
    if address.set_verified():
        on_verified(None, email_address=address)


def on_password_chosen(sender: object, *, user: Person, **rest: Any) -> None:
    """Who chooses a password by a mail has read what was sent to the address."""
    _verified(address_of(user))


@transaction.atomic
def on_vouched_for(sender: object, *, sociallogin: SocialLogin, **rest: Any) -> None:
    """Who comes by way of another site has the address, and signs in by no password any more."""
    person = sociallogin.user  # the one whose session begins
    person.set_unusable_password()
    person.save(update_fields=["password"])
    _verified(address_of(person))


def listen() -> None:
    """Let all three happen from now on."""
    signals.email_confirmed.connect(on_confirmed)
    signals.password_reset.connect(on_password_chosen)
    social_account_added.connect(on_vouched_for)
