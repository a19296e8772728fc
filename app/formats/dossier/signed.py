"""What is signed: the fingerprints of all files, and room for a name."""

from __future__ import annotations

from clausewise.dossier.dossier import Dossier
from clausewise.formats.dossier.document import Blanks, PageSection, PageTable, PageWords, Paragraph
from clausewise.formats.dossier.words import and_more, marked

MOST_FINGERPRINTS = 100


def fingerprints(dossier: Dossier) -> PageSection:
    """The digest of each file that took part."""
    said = "The SHA-256 of each file that took part. A file with the same digest is the same file, byte for byte."
    rows = tuple(
        (
            (one.kind,),
            (PageWords(one.name, "code"),),
            (PageWords(one.sha256, "code"),)
            if one.sha256
            else marked(one.doubt or "not looked at"),
        )
        for one in dossier.fingerprints[:MOST_FINGERPRINTS]
    )
    table = PageTable("Fingerprints", (("What", 12), ("Name", 24), ("SHA-256", 64)), rows)
    more = and_more(len(dossier.fingerprints) - MOST_FINGERPRINTS, "files, which `attest` names")
    return PageSection("fingerprints", "Fingerprints", (Paragraph((said,)), table, *more))


def signature() -> PageSection:
    """What is filled in by hand."""
    said = "Whoever signs has read the above, and answers for it under their name."
    return PageSection(
        "signature",
        "Signature",
        (Paragraph((said,)), Blanks(("Name", "Role", "Date", "Signature"))),
    )
