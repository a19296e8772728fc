"""An administrator's page: who can sign in, and what they may do."""

from __future__ import annotations

from django import forms
from django.db import transaction
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.crypto import get_random_string
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_http_methods

from clausewise.desk.pages.access import for_role, signed_in
from clausewise.desk.pages.inputs import OneLine
from clausewise.desk.records.audit import note
from clausewise.desk.records.models import Grant, Person, Role


class NewPerson(forms.Form):
    """Somebody who works at the desk."""

    name = OneLine(label=_("Name"), max_length=150)
    email = forms.EmailField(label=_("E-mail address"))
    roles = forms.MultipleChoiceField(
        label=_("Roles"), choices=Role, widget=forms.CheckboxSelectMultiple
    )

    def clean_email(self) -> str:
        """The address, which nobody has yet."""
        email: str = self.cleaned_data["email"].lower()
        if Person.objects.filter(email=email).exists():
            raise forms.ValidationError(_("Somebody signs in with this address already"))
        return email


@transaction.atomic
def enter(name: str, email: str, roles: list[Role], by: Person | None = None) -> tuple[Person, str]:
    """Enter somebody, and make a password for them, which is kept nowhere."""
    password = get_random_string(16)
    person = Person.objects.create_user(email, password, name=name)
    note("enter", by, None, entered=person.pk, roles=[role.value for role in roles])
    Grant.objects.bulk_create([Grant(person=person, role=role) for role in roles])
    return person, password


@for_role(Role.ADMINISTRATOR)
@require_http_methods(["GET", "POST"])
def people(request: HttpRequest) -> HttpResponse:
    """Everybody who can sign in; another one is entered here."""
    asked = NewPerson(request.POST or None)
    entered = None
    if request.method == "POST" and asked.is_valid():
        given = asked.cleaned_data
        roles = [Role(role) for role in given["roles"]]
        entered = enter(given["name"], given["email"], roles, signed_in(request))
        asked = NewPerson()
    context = {
        "people": Person.objects.prefetch_related("grants").select_related("organisation"),
        "asked": asked,
        "entered": entered,
    }
    return render(request, "desk/people.html", context, status=422 if asked.errors else 200)
