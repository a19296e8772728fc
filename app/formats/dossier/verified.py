"""An attestation that holds, for a terminal: who signed it, of which files, and what was judged again."""

from __future__ import annotations

from clausewise.dossier.dossier import Fingerprint
from clausewise.dossier.verify import Verified
from clausewise.formats.report.heading import STYLES, by_which_readings
from clausewise.formats.screen.sheet import Sheet

PAGES = "Nobody signed what the pages of the PDF say: what counts is what stands here."


def print_verified(found: Verified, key: str, sheet: Sheet) -> None:
    """Print it.

    Args:
        found: what was verified.
        key: the id of the key that was trusted.
        sheet: where to print.
    """
    many = "another" if found.others == 1 else f"{found.others:,} others"
    others = f", and {many} at which nobody looked" if found.others else ""
    sheet.line(("VERIFIED", "bold green"), f"  {found.design}")
    sheet.line((f"signed by the key {key[:16]}{others}", "dim"), indent=2)
    for one in found.dossier.fingerprints:
        state = _state(one, found)
        sheet.line(f"{one.kind:<11}{one.name}  ", (state, "dim"), indent=2, hang=13)
    if found.is_in_pdf:
        sheet.line((PAGES, "yellow"), indent=2)
    attested = found.statement.predicate.clausewise
    for report in found.dossier.reports:
        day = f", as of {report.deployment.as_of}" if report.deployment.as_of else ""
        said = f"  by {report.policy.full_name}{day}; attested by Clausewise {attested}, judged again: the same"
        how = f"{by_which_readings(report)}; " if report.policy.readings else ""
        evidence = (
            "only with evidence" if found.dossier.evidence_required else "without evidence, too"
        )
        sheet.line()
        sheet.line(
            (f" {report.verdict_shown.upper()} ", STYLES[report.verdict]), said, indent=1, hang=2
        )
        sheet.line((f"{how}claims counted {evidence}", "dim"), indent=2)


def _state(one: Fingerprint, found: Verified) -> str:
    if one.kind == "evidence" and one.name in found.not_seen:
        return f"sha256 {one.sha256[:16]}, as it was attested: the file is not here"
    return f"sha256 {one.sha256[:16]}" if one.sha256 else "not seen, as when it was attested"
