"""What each answer tells a browser: nothing runs and nothing is fetched that is not a file of the desk.

And what no request may be: larger than a file of evidence with the answer that it shows.
"""

from __future__ import annotations

from collections.abc import Callable
from functools import wraps
from typing import Any

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.utils.translation import gettext as _

POLICY = (
    "default-src 'none'; style-src 'self'; img-src 'self'; script-src 'none'; connect-src 'none'; "
    "form-action 'self'; frame-ancestors 'none'; base-uri 'none'"
)
MOST_DIGITS = 15
"""Of the size of a request; Python reads no number of thousands."""
WITH_SCRIPTS = POLICY.replace("script-src 'none'", "script-src 'self'")
"""That of the few pages on which a browser asks for a key: they run files of the desk, and nothing else."""


def with_scripts(view: Callable[..., HttpResponse]) -> Callable[..., HttpResponse]:
    """A page that runs files of the desk."""

    @wraps(view)
    def answered(request: HttpRequest, *args: Any, **places: Any) -> HttpResponse:
        response = view(request, *args, **places)
        response.headers["Content-Security-Policy"] = WITH_SCRIPTS
        return response

    return answered


def safe_headers(
    get_response: Callable[[HttpRequest], HttpResponse],
) -> Callable[[HttpRequest], HttpResponse]:
    """The middleware. Pages are of one person, so no cache between keeps them."""

    def answered(request: HttpRequest) -> HttpResponse:
        response = get_response(request)
        response.headers.setdefault("Content-Security-Policy", POLICY)
        response.headers.setdefault("Cache-Control", "private, no-store")
        response.headers.setdefault(
            "Permissions-Policy", "camera=(), microphone=(), geolocation=()"
        )
        return response

    return answered


def most_bytes() -> int:
    """Of a request: a file of evidence, and what goes with it."""
    return int((settings.EVIDENCE_MIB + 2) * 1024**2)


def bounded_requests(
    get_response: Callable[[HttpRequest], HttpResponse],
) -> Callable[[HttpRequest], HttpResponse]:
    """The middleware that refuses what is too large, before it is read, and what is no address of ours."""
    most = most_bytes()

    def answered(request: HttpRequest) -> HttpResponse:
        size = request.META.get("CONTENT_LENGTH") or "0"
        if not size.isdecimal() or len(size) > MOST_DIGITS or int(size) > most:
            told = _("This is larger than the desk takes: a file may have %(most)s MiB.")
            told %= {"most": settings.EVIDENCE_MIB}
            return HttpResponse(told, status=413, content_type="text/plain; charset=utf-8")
        if "\0" in request.path or "%00" in request.META.get("QUERY_STRING", ""):
            # no text of a database has this character, and a search for it fails
            told = _("No address of the desk holds what this one does.")
            return HttpResponse(told, status=400, content_type="text/plain; charset=utf-8")
        return get_response(request)

    return answered
