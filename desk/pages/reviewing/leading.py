"""A lead's pages: giving an application to somebody, and telling applicants of what comes out otherwise."""

from __future__ import annotations

from collections import Counter

from django import forms
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_http_methods, require_POST

from clausewise.desk.pages.access import for_role, of_reviewer, reviewable, signed_in
from clausewise.desk.pages.inputs import status_of
from clausewise.desk.records.models import (
    REVIEWING,
    DeskApplication,
    Person,
    ReviewTask,
    Role,
)
from clausewise.desk.workflow import actions, again
from clausewise.desk.workflow.table import may, may_hold

MOST_DIGITS = 19
"""No number of a task has so many; a database takes none that has more."""
MOST_AT_ONCE = 1000


class AssignForm(forms.Form):
    """To whom an application is given."""

    to = forms.ChoiceField(label=_("Who reviews it?"), widget=forms.RadioSelect)


@of_reviewer
@require_http_methods(["GET", "POST"])
def assign(request: HttpRequest, application: DeskApplication) -> HttpResponse:
    """Give it to somebody, or take it over."""
    lead = signed_in(request)
    if not may(lead, "assign", application):
        return redirect("dossier", key=application.pk)
    staff = Person.objects.filter(grants__role__in=REVIEWING, is_active=True).distinct()
    people = {
        str(one.pk): one
        for one in staff.order_by("name", "pk")
        if one != application.holder and may_hold(one, application)
    }
    asked = AssignForm(request.POST if request.method == "POST" else None)
    held = Counter(
        DeskApplication.objects.filter(holder__in=people.values()).values_list("holder", flat=True)
    )
    choices = [(key, one.name) for key, one in people.items()]
    asked.fields["to"].choices = choices  # type: ignore[attr-defined]
    if asked.is_valid():
        actions.assign(lead, application.pk, people[asked.cleaned_data["to"]])
        return redirect("dossier", key=application.pk)
    context = {
        "application": application,
        "asked": asked,
        "people": [(one, held[one.pk]) for one in people.values()],
    }
    return render(request, "desk/assign.html", context, status=status_of(asked))


@for_role(Role.LEAD)
@require_POST
def inform(request: HttpRequest) -> HttpResponse:
    """Tell the applicants of the tasks that were chosen that somebody looks at their applications again."""
    lead = signed_in(request)
    sent = request.POST.getlist("task")[:MOST_AT_ONCE]
    chosen = [int(one) for one in sent if one.isdecimal() and len(one) < MOST_DIGITS]
    tasks = ReviewTask.objects.filter(pk__in=chosen, decision__application__in=reviewable(lead))
    again.inform(lead, tasks)
    return redirect("tasks")
