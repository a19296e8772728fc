"""What stands around each page: who is signed in, and where they can go."""

from __future__ import annotations

from typing import Any

from django.conf import settings
from django.http import HttpRequest

from clausewise.desk.pages.accounts.second_factor import is_lacking
from clausewise.desk.records.models import REVIEWING, Person, Role

SECTIONS = {"tokens": "organisation", "letters": "applications"}
"""To which link of the navigation a page belongs, if not to that by which its address begins."""


def frame(request: HttpRequest) -> dict[str, Any]:
    """What every template is given."""
    person = request.user
    if not isinstance(person, Person):
        return {
            "person": None,
            "sign_in_with": settings.SIGN_IN_WITH,
            "mail_is_printed": settings.MAIL_IS_PRINTED,
        }
    roles = set(person.grants.values_list("role", flat=True))
    return {
        "person": person,
        "section": SECTIONS.get(first := request.path.split("/")[1], first),
        "is_reviewer": not roles.isdisjoint(REVIEWING),
        "is_lead": Role.LEAD in roles,
        "is_auditor": Role.AUDITOR in roles,
        "is_administrator": Role.ADMINISTRATOR in roles,
        "keys_work": settings.KEYS_WORK,
        "lacks_second_factor": is_lacking(person),
    }
