"""A dossier, or another page of HTML, printed as PDF/UA. The only door to WeasyPrint (docs/decisions/0025)."""

from __future__ import annotations

from collections.abc import Mapping
from hashlib import sha256
from typing import NoReturn

from clausewise.formats.dossier.document import Page
from clausewise.formats.dossier.page import render as render_page


def render(document: Page) -> bytes:
    """The PDF, tagged so that it can be read aloud.

    The same page, fonts and version of WeasyPrint give the same bytes: no date of printing stands in it.

    Raises:
        ImportError: WeasyPrint or what lays out the diagram is not installed.
        OSError: libraries that WeasyPrint needs from the system are not installed.
    """
    return printed(render_page(document))


def printed(page: str, attached: Mapping[str, bytes] | None = None) -> bytes:
    """A page of HTML as PDF/UA.

    Args:
        page: the page, which needs nothing else.
        attached: files that the PDF carries, by their names.

    Raises:
        ImportError: WeasyPrint is not installed.
        OSError: as for `render`.
    """
    from weasyprint import HTML, Attachment

    files = [Attachment(string=held, name=name) for name, held in (attached or {}).items()]
    identifier = sha256(page.encode()).digest()[:16]
    done: bytes = HTML(string=page, url_fetcher=_nothing, base_url=None).write_pdf(
        pdf_variant="pdf/ua-1", pdf_identifier=identifier, attachments=files
    )
    return done


def _nothing(url: str, *_: object, **__: object) -> NoReturn:
    """Open nothing: the page needs nothing, and nothing that a stranger wrote is an address."""
    raise ValueError(f"nothing is opened: {url[:100]}")
