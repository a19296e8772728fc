"""What is downloaded: always kept by the browser, and never shown or run by it."""

from __future__ import annotations

from django.http import HttpResponse


def as_file(content: bytes, name: str, kind: str) -> HttpResponse:
    """A download. `name` is one of ours."""
    response = HttpResponse(content, content_type=kind)
    response["Content-Disposition"] = f'attachment; filename="{name}"'
    response["X-Content-Type-Options"] = "nosniff"
    return response
