"""What is downloaded: always kept by the browser, and never shown or run by it."""

from __future__ import annotations

import io
import shutil
import zipfile
from collections.abc import Mapping
from datetime import datetime
from pathlib import Path
from tempfile import TemporaryFile

from django.http import FileResponse, HttpResponse
from django.utils.http import content_disposition_header

from clausewise.dsl.files.reading import open_regular


def as_file(content: bytes, name: str, kind: str) -> HttpResponse:
    """A download. `name` is one of ours; it may have letters of any script."""
    response = HttpResponse(content, content_type=kind)
    response["Content-Disposition"] = content_disposition_header(as_attachment=True, filename=name)
    response["X-Content-Type-Options"] = "nosniff"
    return response


def as_archive(files: Mapping[str, bytes | Path], name: str, at: datetime) -> FileResponse:
    """Files as one download, which is never in memory as a whole.

    Args:
        files: by their paths in it; what is there itself, or where it lies.
        at: when each was made, so that the same files give the same bytes.

    Raises:
        UnreadableError: a file is not there any more.
    """
    packed = TemporaryFile()  # noqa: SIM115 (the response closes it)
    with zipfile.ZipFile(packed, "w", zipfile.ZIP_DEFLATED) as archive:
        for path, content in files.items():
            told = zipfile.ZipInfo(path, at.timetuple()[:6])
            told.compress_type = zipfile.ZIP_DEFLATED
            source = io.BytesIO(content) if isinstance(content, bytes) else open_regular(content)
            with source, archive.open(told, "w") as into:
                shutil.copyfileobj(source, into)
    packed.seek(0)
    response = FileResponse(
        packed, as_attachment=True, filename=name, content_type="application/zip"
    )
    response["X-Content-Type-Options"] = "nosniff"
    return response
