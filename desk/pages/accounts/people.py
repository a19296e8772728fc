"""An administrator's page: who can sign in, and what they may do."""

from __future__ import annotations

from collections.abc import Collection

from django import forms
from django.db import transaction
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.crypto import get_random_string
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_http_methods

from clausewise.desk.pages.access import for_role, signed_in
from clausewise.desk.pages.accounts.addresses import vouch_for
from clausewise.desk.pages.accounts.second_factor import has_second_factor, take_off
from clausewise.desk.pages.inputs import OneLine, status_of
from clausewise.desk.records.audit import note
from clausewise.desk.records.models import Grant, Person, Role
from clausewise.desk.workflow.retention import forget_registration, registrations


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
        if Person.objects.filter(email=email).exclude(pk__in=registrations()).exists():
            raise forms.ValidationError(_("Somebody signs in with this address already"))
        return email


@transaction.atomic
def enter(name: str, email: str, roles: list[Role], by: Person | None = None) -> tuple[Person, str]:
    """Enter somebody, and make a password for them, which is kept nowhere."""
    forget_registration(email)
    password = get_random_string(16)
    person = Person.objects.create_user(email, password, name=name)
    vouch_for(person)
    note("enter", by, None, entered=person.pk, roles=[role.value for role in roles])
    Grant.objects.bulk_create([Grant(person=person, role=role) for role in roles])
    return person, password


class RolesForm(forms.Form):
    """What somebody may do, and whether they can sign in at all."""

    roles = forms.MultipleChoiceField(
        label=_("Roles"), choices=Role, widget=forms.CheckboxSelectMultiple, required=False
    )
    is_active = forms.BooleanField(label=_("Can sign in"), required=False)


@transaction.atomic
def change(person: Person, roles: Collection[Role], by: Person, *, is_active: bool) -> bool:
    """Give somebody these roles and no others; `False`, with nothing changed, if nobody would administer then."""
    [*Grant.objects.select_for_update().filter(role=Role.ADMINISTRATOR)]
    left = Grant.objects.filter(role=Role.ADMINISTRATOR, person__is_active=True)
    if not left.exclude(person=person).exists() and not (is_active and Role.ADMINISTRATOR in roles):
        return False
    person.grants.exclude(role__in=roles).delete()
    for role in roles:
        Grant.objects.get_or_create(person=person, role=role)
    Person.objects.filter(pk=person.pk).update(is_active=is_active)
    names = [role.value for role in roles]
    note("change-roles", by, None, changed=person.pk, roles=names, is_active=is_active)
    return True


@for_role(Role.ADMINISTRATOR)
@require_http_methods(["GET", "POST"])
def one(request: HttpRequest, key: int) -> HttpResponse:
    """Somebody's roles, to change."""
    person = get_object_or_404(Person.objects.select_related("organisation"), pk=key)
    roles = [*person.grants.values_list("role", flat=True)]
    if "take-off" in request.POST:
        take_off(person, signed_in(request))
        return redirect("person", key=key)
    sent = request.POST if request.method == "POST" else None
    asked = RolesForm(sent, initial={"roles": roles, "is_active": person.is_active})
    if asked.is_valid():
        given = asked.cleaned_data
        wanted = [Role(role) for role in given["roles"]]
        if change(person, wanted, signed_in(request), is_active=given["is_active"]):
            return redirect("people")
        asked.add_error("roles", _("Nobody else could administer the desk then"))
    context = {"one": person, "asked": asked, "second_factor": has_second_factor(person)}
    return render(request, "desk/one_person.html", context, status=status_of(asked))


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
    return render(request, "desk/people.html", context, status=status_of(asked))
