"""Signing in, and how an organisation registers."""

from __future__ import annotations

from typing import Any

from allauth.account.adapter import DefaultAccountAdapter
from allauth.account.forms import SignupForm
from django.db import transaction
from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _

from clausewise.desk.pages.inputs import OneLine
from clausewise.desk.records.models import Organisation, Person


class Adapter(DefaultAccountAdapter):
    """How allauth treats accounts here: nobody is told more of them than that they signed in or did not."""

    def add_message(self, *args: Any, **kwargs: Any) -> None:
        """Say nothing: the next page shows that it worked."""


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
