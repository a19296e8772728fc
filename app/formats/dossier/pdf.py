"""A dossier as PDF/UA: the page of HTML, printed. The only door to WeasyPrint (docs/decisions/0022)."""

from __future__ import annotations

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
    from weasyprint import HTML

    page = render_page(document)
    printed = HTML(string=page, url_fetcher=_nothing, base_url=None)
    identifier = sha256(page.encode()).digest()[:16]
    done: bytes = printed.write_pdf(pdf_variant="pdf/ua-1", pdf_identifier=identifier)
    return done


def _nothing(url: str, *_: object, **__: object) -> NoReturn:
    """Open nothing: the page needs nothing, and nothing that a stranger wrote is an address."""
    raise ValueError(f"nothing is opened: {url[:100]}")
