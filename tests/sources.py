"""The texts that the packs encode: not ours to keep, they stand beside this repository where they are at hand."""

from __future__ import annotations

import re
from pathlib import Path

from tests.conftest import ROOT

TEXTS = ROOT.parent / "shared" / "source"
FACE = TEXTS / "code-of-conduct.txt"
FACE_POLICIES = ("face-code-of-conduct", "face-support-requests")
"""The policies whose source is the code of conduct; that of any other stands below its own name."""
OTHER_NAMES = {
    "us-tx-cubi": "us-tx-503-001",
    "us-or-portland": "us-or-portland-34-10",
    "aws-rekognition": "aws-service-terms-50-8-50-9",
    "gdpr-biometrics": "gdpr",
}
"""What the texts of laws are called that are not called as the policy is."""


def source_text(policy: str) -> str | None:
    """The source of a pack's policy as `clausewise trace` reads it, or nothing where it is not at hand."""
    path = (
        FACE
        if policy in FACE_POLICIES
        else TEXTS / "laws" / f"{OTHER_NAMES.get(policy, policy)}.txt"
    )
    if not path.is_file():
        return None
    text = path.read_text(encoding="utf-8")
    return text if path == FACE else _laid_out(text)


def source_file(policy: str, folder: Path) -> Path | None:
    """The same, as a file in a folder."""
    text = source_text(policy)
    if text is None:
        return None
    path = folder / "source.txt"
    path.write_text(text, encoding="utf-8")
    return path


_ASIDE = r"(?:\((?:used by|governmental entities;|complete|opening|first sentences|those a rule|why it)|\[)"
"""How a remark behind the heading of a copy begins."""


def _laid_out(text: str) -> str:
    """A law's text without the notes on the copy, each article below a heading."""
    text = re.sub(
        r"(?ms)^== (?:Dates|Not here|Notes for the author|What is different)\b.*\Z", "", text
    )
    text = re.sub(r"(?m)^#.*\n|^\[\.\.\.\]\n", "", text)
    text = re.sub(r"(?m) \(\"[^\"]*\"\)$", "", text)
    text = re.sub(r" *\[(?:words of|cut:)[^\]]*\]", "", re.sub(r" *\[>M1\] *", " ", text))
    text = re.sub(rf"(?m)^(== .*?) {_ASIDE}.*$", r"\1", text)
    text = re.sub(r"(?m)^(?=\((?:[a-z]-\d|\d\)\([a-z])\) |50\.\d)", "- ", text)
    return re.sub(r"(?m)^ ?== (.*)$", r"\n# \1\n", text)
