"""What is downloaded: always kept by the browser, and never shown or run by it."""

from __future__ import annotations

import io
import zipfile
from collections.abc import Mapping
from datetime import datetime

from django.http import HttpResponse


def as_file(content: bytes, name: str, kind: str) -> HttpResponse:
    """A download. `name` is one of ours."""
    response = HttpResponse(content, content_type=kind)
    response["Content-Disposition"] = f'attachment; filename="{name}"'
    response["X-Content-Type-Options"] = "nosniff"
    return response


def as_archive(files: Mapping[str, bytes], name: str, at: datetime) -> HttpResponse:
    """Files as one download; `at` is when each was made, so that the same files give the same bytes."""
    held = io.BytesIO()
    with zipfile.ZipFile(held, "w", zipfile.ZIP_DEFLATED) as archive:
        for path, content in files.items():
            archive.writestr(zipfile.ZipInfo(path, at.timetuple()[:6]), content)
    return as_file(held.getvalue(), name, "application/zip")
