"""Who may see what. What somebody may not see is not there: 404; only where they may know of it, 403."""

from __future__ import annotations

from collections.abc import Callable
from functools import wraps
from typing import Any

from django.core.exceptions import PermissionDenied
from django.db.models import QuerySet
from django.http import Http404, HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import redirect

from clausewise.desk.records.models import DeskApplication, Person, Role
from clausewise.desk.workflow.locks import NotAllowedError


class ErasedError(Exception):
    """An application of which what people wrote was erased: there is nothing more to see than that."""

    def __init__(self, application: DeskApplication) -> None:
        super().__init__()
        self.application = application


DeskView = Callable[..., HttpResponseBase]


def signed_in(request: HttpRequest) -> Person:
    """Who asks. Every page but those to sign in asks for somebody first."""
    assert isinstance(request.user, Person)
    return request.user


def theirs(person: Person) -> QuerySet[DeskApplication]:
    """The applications of somebody's organisation."""
    if person.organisation_id is None:
        return DeskApplication.objects.none()
    return DeskApplication.objects.filter(organisation=person.organisation_id)


def reviewable(person: Person) -> QuerySet[DeskApplication]:
    """The applications that somebody reviews: all that were submitted, but for those of their own organisation."""
    return _submitted_to(person, Role.REVIEWER)


def readable(person: Person) -> QuerySet[DeskApplication]:
    """The same of those who read them: reviewers, and auditors, who change nothing."""
    return _submitted_to(person, Role.REVIEWER, Role.AUDITOR)


def _submitted_to(person: Person, *roles: Role) -> QuerySet[DeskApplication]:
    """What was submitted, for somebody who has one of these roles."""
    if not any(person.has_role(role) for role in roles):
        return DeskApplication.objects.none()
    found = DeskApplication.objects.filter(submitted_at__isnull=False)
    if person.organisation_id is not None:
        found = found.exclude(organisation=person.organisation_id)
    return found.exclude(organisation__in=person.conflicts.values("organisation"))


def of_member(view: DeskView) -> DeskView:
    """A page about an application, for members of the organisation that applies."""

    @wraps(view)
    def shown(request: HttpRequest, key: int, **rest: Any) -> HttpResponseBase:
        application = theirs(signed_in(request)).filter(pk=key).first()
        if application is None:
            raise Http404
        return view(request, not_erased(application), **rest)

    return shown


def not_erased(application: DeskApplication) -> DeskApplication:
    """The application, if there is something to see of it.

    Raises:
        ErasedError: it was erased.
    """
    if application.erased_at:
        raise ErasedError(application)
    return application


def of_reviewer(view: DeskView) -> DeskView:
    """A page about an application, for reviewers."""
    return _of(reviewable, view, Role.REVIEWER)


def of_reader(view: DeskView) -> DeskView:
    """A page about an application on which nothing is changed, for reviewers and auditors."""
    return _of(readable, view, Role.REVIEWER, Role.AUDITOR)


def _of(
    seen: Callable[[Person], QuerySet[DeskApplication]], view: DeskView, *roles: Role
) -> DeskView:
    @wraps(view)
    def shown(request: HttpRequest, key: int, **rest: Any) -> HttpResponseBase:
        person = signed_in(request)
        application = seen(person).filter(pk=key).first()
        if application is None:
            if any(person.has_role(role) for role in roles) and _knows_of(person, key):
                raise PermissionDenied
            raise Http404
        return view(request, not_erased(application), **rest)

    return shown


def _knows_of(person: Person, key: int) -> bool:
    """Whether somebody knows of an application that they may not see: their own, or one with a conflict."""
    conflicts = DeskApplication.objects.filter(
        pk=key, organisation__in=person.conflicts.values("organisation")
    )
    return theirs(person).filter(pk=key).exists() or conflicts.exists()


def for_role(*roles: Role) -> Callable[[DeskView], DeskView]:
    """A page for those who have one of some roles."""

    def guarded(view: DeskView) -> DeskView:
        @wraps(view)
        def shown(request: HttpRequest, **rest: Any) -> HttpResponseBase:
            if not any(signed_in(request).has_role(role) for role in roles):
                raise Http404
            return view(request, **rest)

        return shown

    return guarded


def not_open(request: HttpRequest, application: DeskApplication) -> HttpResponse:
    """What a reviewer gets of a page that is not open to them, or not any more: the dossier.

    Raises:
        NotAllowedError: they sent something. It is not taken, and they are told so.
    """
    if request.method == "POST":
        raise NotAllowedError
    return redirect("dossier", key=application.pk)


def sees_letter(person: Person, application: DeskApplication) -> bool:
    """Whether somebody may read the letter of an application."""
    own = (
        person.organisation_id is not None and person.organisation_id == application.organisation_id
    )
    return own or readable(person).filter(pk=application.pk).exists()
