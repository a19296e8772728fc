"""By which version of a policy forms are judged: as the form says, or one to which an administrator pins it."""

from __future__ import annotations

from collections.abc import Mapping

from django.conf import settings
from django.db import transaction

from clausewise.desk.interview.forms import Form, forms
from clausewise.desk.interview.policies import is_installed
from clausewise.desk.records.audit import note
from clausewise.desk.records.models import FormPin, Person
from clausewise.dsl.startup.lean import replace


def all_forms() -> Mapping[str, Form]:
    """The forms of the desk, each with the policy to which it is pinned, be that installed or not."""
    pinned = dict(FormPin.objects.values_list("form", "policy"))
    found = forms([settings.FORMS])
    return {
        name: replace(form, policy=pinned.get(name, form.policy)) for name, form in found.items()
    }


def to_begin_with(name: str) -> tuple[Form, str] | None:
    """A form as something can begin with it, and the policy to which it is pinned if that is gone.

    Then it is the form as it says by itself, to which whoever begins must agree. `None` if there is no such form.
    """
    form = all_forms().get(name)
    if form is None:
        return None
    if is_installed(form.policy):
        return form, ""
    return forms([settings.FORMS])[name], form.policy


def pin(person: Person, form: str, policy: str) -> None:
    """Let what begins with a form be judged by a version of its policy; as the form says if that is empty.

    What has begun keeps to the version with which it began.
    """
    with transaction.atomic():
        if policy:
            FormPin.objects.update_or_create(form=form, defaults={"policy": policy})
        else:
            FormPin.objects.filter(form=form).delete()
        note("pin-form", person, None, form=form, policy=policy or "as the form says")
