"""What is shown where something cannot be done, and the middleware that shows it."""

from __future__ import annotations

import logging
from collections.abc import Callable
from http import HTTPStatus
from typing import Any
from urllib.parse import urlsplit

from django.contrib.auth.middleware import LoginRequiredMiddleware
from django.contrib.auth.views import redirect_to_login
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.http import url_has_allowed_host_and_scheme

from clausewise.desk.interview.policies import is_installed
from clausewise.desk.pages.access import ErasedError
from clausewise.desk.records.models import DeskApplication
from clausewise.desk.workflow.locks import NotAllowedError
from clausewise.dsl.text.diagnostic import InvalidError
from clausewise.workers.warm import NotInTimeError

OF_APPLICATIONS = ("applications/", "queue/", "letters/")
"""How addresses begin whose key is that of an application."""
_LOG = logging.getLogger(__name__)


def forbidden(request: HttpRequest, exception: Exception) -> HttpResponse:
    """Somebody may know of it, and may not see it: a reviewer, and their own organisation's application.

    Or, elsewhere, they should show again who they are, and can do so only by signing in anew.
    """
    must_sign_in = not request.path.startswith("/queue/")
    return render(request, "desk/403.html", {"must_sign_in": must_sign_in}, status=403)


def missing(request: HttpRequest, exception: Exception) -> HttpResponse:
    """There is nothing, or nothing for whoever asks."""
    return render(request, "desk/404.html", status=404)


def failed(request: HttpRequest) -> HttpResponse:
    """A bug of ours. Each action is one transaction, so that nothing is left half done."""
    return render(request, "desk/500.html", status=500)


def outdated(request: HttpRequest, reason: str = "") -> HttpResponse:
    """What was sent has not the token of this sign-in: the page is older, or of another site."""
    return render(request, "desk/outdated.html", status=403)


class SignInFirst(LoginRequiredMiddleware):
    """Leads whoever is not signed in to where they can do that; what they wrote before is theirs to copy.

    A session ends some hours after it began, also while somebody writes a letter.
    """

    def handle_no_permission(  # type: ignore[override]  # Django gives on whatever answer it is
        self, request: HttpRequest, view_func: Any
    ) -> HttpResponse:
        """To sign in, and back; what was sent without that is shown again, for it was not saved."""
        if request.method != "POST":
            return super().handle_no_permission(request, view_func)
        back = _page_before(request)
        written = [text for name, text in request.POST.items() if _is_written(name, str(text))]
        if not written:  # many addresses take what is sent, and show no page
            return redirect_to_login(back or reverse("home"), self.get_login_url(view_func))
        context = {"written": written, "back": back}
        return render(request, "desk/signed_out.html", context, status=403)


def _is_written(name: str, text: str) -> bool:
    """Whether somebody wrote a text of some words, which is no password."""
    return " " in text.strip() and "password" not in name


def _page_before(request: HttpRequest) -> str:
    """The page of the desk from which something was sent, to which signing in leads back; empty if unknown."""
    before = request.headers.get("Referer", "")
    here = {request.get_host()}
    is_ours = url_has_allowed_host_and_scheme(before, here, require_https=request.is_secure())
    return urlsplit(before).path if is_ours else ""


class Mistakes:
    """Tells why an action did nothing: it is not open any more, or what was sent could not be judged in time."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self._get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        answer = self._get_response(request)
        is_page = request.method == "GET" and not request.path.startswith("/api/")
        if answer.status_code == HTTPStatus.METHOD_NOT_ALLOWED and is_page:  # Django says nothing
            answer.content = missing(request, Http404()).content
        return answer

    def process_exception(self, request: HttpRequest, exception: Exception) -> HttpResponse | None:
        """The page for it; `None` for every other exception."""
        if isinstance(exception, ErasedError):
            told = {"application": exception.application}
            return render(request, "desk/410.html", told, status=410)
        if isinstance(exception, NotAllowedError):
            return render(request, "desk/409.html", status=409)
        if isinstance(exception, NotInTimeError):
            _LOG.warning("not judged in time: %s, at %s", exception, request.path)
            return render(request, "desk/503.html", status=503)
        if isinstance(exception, InvalidError) and (about := _without_its_policy(request)):
            return render(request, "desk/no_policy.html", {"application": about}, status=409)
        return None


def _without_its_policy(request: HttpRequest) -> DeskApplication | None:
    """The application that an address is about, if what judges it is not installed any more."""
    match = request.resolver_match
    key = match.kwargs.get("key") if match and match.route.startswith(OF_APPLICATIONS) else None
    found = DeskApplication.objects.filter(pk=key).first() if key else None
    return found if found and not is_installed(found.policy) else None
