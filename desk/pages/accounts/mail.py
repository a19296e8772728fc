"""Of what somebody is told by mail; and for administrators, whether mail is sent."""

from __future__ import annotations

from typing import Any

from django import forms
from django.db.models import Count, Q
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_http_methods

from clausewise.desk.mail.sending import MOST_TRIES
from clausewise.desk.pages.access import signed_in
from clausewise.desk.records.models import Mail, Person, Role


class MailForm(forms.Form):
    """What a reviewer chooses."""

    wants_mail = forms.BooleanField(
        label=_(
            "Tell me of each application that waits, and of what was decided and comes out otherwise"
        ),
        required=False,
    )


@require_http_methods(["GET", "POST"])
def choices(request: HttpRequest) -> HttpResponse:
    """What somebody is told by mail."""
    person = signed_in(request)
    is_saved = request.method == "POST" and person.has_role(Role.REVIEWER)
    asked = MailForm(request.POST if is_saved else None, initial={"wants_mail": person.wants_mail})
    if is_saved and asked.is_valid():
        Person.objects.filter(pk=person.pk).update(wants_mail=asked.cleaned_data["wants_mail"])
    context: dict[str, Any] = {"asked": asked, "saved": is_saved}
    if person.has_role(Role.ADMINISTRATOR):
        context["counts"] = _counts()
    return render(request, "desk/mail.html", context)


def _counts() -> dict[str, object]:
    """How much of the outbox is in which state, and why the newest failure failed."""
    unsent = Q(sent_at=None)
    counts: dict[str, object] = Mail.objects.aggregate(
        waiting=Count("pk", unsent & Q(error="")),
        failing=Count("pk", unsent & ~Q(error="") & Q(tries__lt=MOST_TRIES)),
        given_up=Count("pk", unsent & Q(tries__gte=MOST_TRIES)),
        sent=Count("pk", Q(sent_at__isnull=False)),
    )
    failed = Mail.objects.filter(sent_at=None).exclude(error="").order_by("-pk").first()
    return counts | {"error": failed.error if failed else ""}
