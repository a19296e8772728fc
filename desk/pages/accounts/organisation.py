"""A member's page about their organisation: who can apply for it, and inviting somebody else."""

from __future__ import annotations

from django import forms
from django.db import transaction
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_http_methods, require_POST

from clausewise.desk.mail.outbox import members_of, tell
from clausewise.desk.pages.access import signed_in
from clausewise.desk.pages.inputs import OneLine, status_of
from clausewise.desk.records.audit import note
from clausewise.desk.records.models import Organisation, Person
from clausewise.desk.workflow.retention import forget_registration, registrations

MOST_MEMBERS = 100


class InviteForm(forms.Form):
    """Somebody else of the organisation."""

    name = OneLine(label=_("Name"), max_length=150)
    email = forms.EmailField(label=_("E-mail address"))

    def __init__(self, *args: object, organisation: Organisation, **rest: object) -> None:
        super().__init__(*args, **rest)  # type: ignore[arg-type]
        self.organisation = organisation

    def clean_email(self) -> str:
        """The address, which nobody has but perhaps somebody who was taken out of the organisation."""
        email: str = self.cleaned_data["email"].lower()
        others = Person.objects.filter(email=email).exclude(pk__in=registrations())
        if others.exclude(organisation=self.organisation, is_active=False):
            raise forms.ValidationError(_("Somebody signs in with this address already"))
        if members_of(self.organisation).count() >= MOST_MEMBERS:
            raise forms.ValidationError(_("The organisation has as many members as it can"))
        return email


@transaction.atomic
def invite(by: Person, organisation: Organisation, name: str, email: str) -> Person:
    """Let somebody apply for an organisation, once they have chosen a password by the mail that they are sent."""
    forget_registration(email)
    person = Person.objects.filter(email=email, organisation=organisation).first()
    if person is None:
        person = Person.objects.create_user(email, None, name=name, organisation=organisation)
    else:
        person.is_active, person.name = True, name
        person.set_unusable_password()
        person.save()
    event = note("invite", by, None, invited=person.pk, organisation=organisation.pk)
    tell([person], "invited", event.cause)
    return person


@require_http_methods(["GET", "POST"])
def organisation(request: HttpRequest) -> HttpResponse:
    """Who belongs to it, and a form to invite somebody else."""
    person = signed_in(request)
    own = person.organisation
    if own is None:
        raise Http404
    asked = InviteForm(request.POST if request.method == "POST" else None, organisation=own)
    invited = None
    if asked.is_valid():
        invited = invite(person, own, asked.cleaned_data["name"], asked.cleaned_data["email"])
        asked = InviteForm(organisation=own)
    context = {
        "organisation": own,
        "members": members_of(own).order_by("name", "pk"),
        "asked": asked,
        "invited": invited,
    }
    return render(request, "desk/organisation.html", context, status=status_of(asked))


@require_POST
@transaction.atomic
def take_out(request: HttpRequest, key: int) -> HttpResponse:
    """Let somebody else of the organisation sign in no more, nor their tokens count. What they did stays."""
    person = signed_in(request)
    found = Person.objects.select_for_update().filter(pk=key, is_active=True)
    other = found.exclude(pk=person.pk).filter(organisation=person.organisation_id or 0).first()
    if other is None or other.grants.exists():
        raise Http404
    other.is_active = False
    other.save()
    note("take-out", person, None, taken_out=other.pk)
    for token in other.tokens.all():
        note("take-out-token", person, None, token=token.pk)
    other.tokens.all().delete()
    return redirect("organisation")
