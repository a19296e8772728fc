"""Tokens: with one, a program may do for an organisation what a member may, of applying and nothing else."""

from __future__ import annotations

import secrets
from datetime import timedelta
from hashlib import sha256

from django import forms
from django.db import transaction
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_http_methods, require_POST

from clausewise.desk.pages.access import signed_in
from clausewise.desk.pages.inputs import OneLine, status_of
from clausewise.desk.records.audit import note
from clausewise.desk.records.models import AccessToken, Person

MOST_TOKENS = 20
"""Of one person."""
LASTS = timedelta(days=365)
SEEN_EVERY = timedelta(hours=1)
"""So exactly is it kept when a token was used last."""
BEGINS = "desk_"
"""With what a token begins, so that it is known for one where it should not stand."""


class TokenForm(forms.Form):
    """For what a token is."""

    name = OneLine(
        label=_("For what is it?"),
        help_text=_("By this you tell it from others, such as “CI of the app”."),
        max_length=60,
    )


@require_http_methods(["GET", "POST"])
def tokens(request: HttpRequest) -> HttpResponse:
    """A member's tokens; another one is made here, and shown once."""
    person = signed_in(request)
    if person.organisation is None:
        raise Http404
    asked = TokenForm(request.POST if request.method == "POST" else None)
    made = ""
    if asked.is_valid():
        if person.tokens.count() >= MOST_TOKENS:
            asked.add_error("name", _("You have as many as there can be: take one out first"))
        else:
            made = new_token(person, asked.cleaned_data["name"])
            asked = TokenForm()
    context = {"asked": asked, "made": made, "tokens": person.tokens.order_by("pk")}
    return render(request, "desk/tokens.html", context, status=status_of(asked))


@transaction.atomic
def new_token(person: Person, name: str) -> str:
    """Make a token, of which the desk keeps the digest alone."""
    token = BEGINS + secrets.token_urlsafe(32)
    ends = timezone.now() + LASTS
    kept = AccessToken.objects.create(person=person, name=name, digest=_digest(token), ends=ends)
    note("make-token", person, None, token=kept.pk, sha256=kept.digest)
    return token


@require_POST
@transaction.atomic
def take_out(request: HttpRequest, key: int) -> HttpResponse:
    """Let a token be none any more."""
    person = signed_in(request)
    if person.tokens.filter(pk=key).delete()[0]:
        note("take-out-token", person, None, token=key)
    return redirect("tokens")


def person_with(token: str) -> Person | None:
    """Whose token it is, if it counts; that it was used is kept."""
    now = timezone.now()
    found = AccessToken.objects.filter(
        digest=_digest(token), ends__gt=now, person__is_active=True
    ).select_related("person__organisation")
    kept = found.first()
    if kept is None:
        return None
    if kept.used_at is None or now - kept.used_at > SEEN_EVERY:
        AccessToken.objects.filter(pk=kept.pk).update(used_at=now)
    return kept.person


def _digest(token: str) -> str:
    return sha256(token.encode()).hexdigest()
