"""The policies that are installed, in which versions, and which of them judges what begins with each form."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence

from django import forms
from django.conf import settings
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_POST

from clausewise.desk.interview.forms import Form, forms as forms_of_the_desk
from clausewise.desk.interview.policies import InstalledPolicy, installed, versions_of
from clausewise.desk.pages.access import for_role, signed_in
from clausewise.desk.records.models import DeskApplication, FormPin, Role
from clausewise.desk.workflow.pins import all_forms, pin
from clausewise.dsl.startup.lean import lean_dataclass


class PinForm(forms.Form):
    """By which version something is judged that begins with a form."""

    policy = forms.ChoiceField(required=False)

    def __init__(self, versions: Sequence[InstalledPolicy], *args: object, **rest: object) -> None:
        super().__init__(*args, **rest)  # type: ignore[arg-type]
        choices = [
            ("", _("as the form says")),
            *((one.full_name, one.full_name) for one in versions),
        ]
        self.fields["policy"].choices = choices  # type: ignore[attr-defined]


@lean_dataclass(frozen=True, slots=True)
class FormRow:
    """A form with what judges it.

    Attributes:
        is_missing: whether it is pinned to what is not installed any more.
    """

    form: Form
    asked: PinForm
    is_pinned: bool
    is_missing: bool


@for_role(Role.ADMINISTRATOR, Role.AUDITOR)
@require_GET
def policies(request: HttpRequest) -> HttpResponse:
    """All of them; an administrator pins forms here."""
    found = installed()
    judged = Counter(DeskApplication.objects.values_list("policy", flat=True))
    known = {one.full_name: one for one in found}
    gone = [(name, count) for name, count in sorted(judged.items()) if name not in known]
    context = {
        "rows": [(one, judged[one.full_name]) for one in found],
        "gone": gone,
        "forms": _rows({name for name, one in known.items() if not one.mistake}),
    }
    return render(request, "desk/policies.html", context)


def _rows(usable: set[str]) -> list[FormRow]:
    pinned = dict(FormPin.objects.values_list("form", "policy"))
    return [
        FormRow(
            form,
            _asked(form, pinned.get(name, "")),
            name in pinned,
            form.policy not in usable,
        )
        for name, form in all_forms().items()
    ]


def _asked(form: Form, pinned: str) -> PinForm:
    versions = versions_of(form.policy.partition(" ")[0])
    return PinForm(versions, initial={"policy": pinned}, auto_id=f"{form.name}-%s")


@for_role(Role.ADMINISTRATOR)
@require_POST
def pin_form(request: HttpRequest, form: str) -> HttpResponse:
    """Pin a form to a version that is installed, or to none."""
    kind = forms_of_the_desk([settings.FORMS]).get(form)
    if kind is None:
        raise Http404
    asked = PinForm(versions_of(kind.policy.partition(" ")[0]), request.POST)
    if asked.is_valid():
        pin(signed_in(request), form, asked.cleaned_data["policy"])
    return redirect("policies")
