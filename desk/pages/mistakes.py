"""What is shown where something cannot be done, and the middleware that shows it."""

from __future__ import annotations

from collections.abc import Callable

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render

from clausewise.desk.workflow.locks import NotAllowedError


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


class Mistakes:
    """An action that is not open any more is told of as such: somebody else was first, or it is decided."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self._get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        return self._get_response(request)

    def process_exception(self, request: HttpRequest, exception: Exception) -> HttpResponse | None:
        """The page for it; `None` for every other exception."""
        if isinstance(exception, NotAllowedError):
            return render(request, "desk/409.html", status=409)
        return None
