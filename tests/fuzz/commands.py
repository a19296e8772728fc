"""Hostile files through every command, in this process: no exception escapes, and each run ends soon."""

from __future__ import annotations

import re
import signal
from collections.abc import Iterator
from pathlib import Path

from typer.testing import CliRunner

from clausewise.commands.cli import app
from tests.conftest import ROOT
from tests.fuzz import beside

EXIT_CODES = frozenset({0, 1, 2, 3, 4, 5})
"""The documented ones, but for 70, which is a bug of ours."""
SECONDS = 5.0
KINDS = {
    "design": "x.design",
    "json": "x.design.json",
    "rows": "x.jsonl",
    "policy": "x.policy",
    "vocabulary": "x.vocabulary",
    "cases": "x.cases",
    "laws": "x.laws",
    "configuration": "clausewise.toml",
    "plan": "plan.json",
    "terraform": "main.tf",
    "arm": "template.json",
    "calls": "calls.har",
    **beside.KINDS,
}
"""What is fuzzed, and how such a file is called."""
DESIGN = 'deployment "x"\njudged by face-code-of-conduct\nuse u {\n}\n'
SINGLE = ("report", "packs", "timeline", "compare", "fix")
"""Commands that look at one design in a way of their own."""
REPORTS = ("text", "json", "sarif", "markdown", "junit")
TABLES = ("text", "json", "jsonl", "csv", "html")


class TooLongError(Exception):
    """A command took longer than it may."""


def seeds() -> dict[str, list[bytes]]:
    """Files of each kind to begin with: the project's own."""
    found = {
        kind: [path.read_bytes() for path in sorted(ROOT.glob(f"[ep]*/**/*.{kind}"))]
        for kind in ("design", "policy", "vocabulary", "cases", "laws")
    }
    json = (
        b'{"deployment": "x", "judged-by": ["face-code-of-conduct"], "as-of": "2026-01-01", '
        b'"use": {"u": {"by": "a", "purpose": {"terms": ["hiring"], "more": true}, '
        b'"decision": {"value": "person-decides", "evidence": ["e"]}}}}'
    )
    found["json"] = [json, json.replace(b'"a"', b"null").replace(b'["hiring"]', b"[]")]
    found["rows"] = [b"\n".join([json, json, b""])]
    found["configuration"] = [
        b'policies = ["face-code-of-conduct"]\nevidence = "required"\nmax-size = 4\nfail-on = ["prohibited"]\n'
        b'exclude = ["*.x"]\n[readings.face-code-of-conduct]\nconsent = "always"\n'
    ]
    found["plan"] = [
        b'{"resource_changes": [{"address": "a.b", "type": "azurerm_cognitive_account", "change": {"actions": '
        b'["create"], "after": {"kind": "Face", "sku_name": "S0", "network_acls": [{"default_action": "Deny"}]}, '
        b'"after_unknown": {"id": true}, "after_sensitive": {"tags": true}}}]}'
    ]
    found["terraform"] = [
        b'resource "azurerm_cognitive_account" "face" {\n  kind = "Face"\n  sku_name = var.sku\n  count = 2\n'
        b'  network_acls {\n    default_action = "${local.x}"\n  }\n}\nmodule "m" {\n  source = "./m"\n}\n'
    ]
    found["arm"] = [
        b'{"$schema": "https://x/deploymentTemplate.json#", "variables": {"a": "[variables(\'b\')]", "b": "F0"}, '
        b'"resources": [{"type": "Microsoft.CognitiveServices/accounts", "kind": "Face", "condition": true, '
        b'"sku": {"name": "[variables(\'a\')]"}, "resources": []}]}'
    ]
    found["calls"] = [
        b'{"log": {"entries": [{"request": {"method": "POST", "postData": {"text": "\\u00e9"}, '
        b'"url": "https://x/face/v1.0/detect?returnFaceId=false&returnFaceAttributes=age,emotion"}}]}}'
    ]
    return found | beside.seeds()


NASTY = (
    *(mark.encode() for mark in '"\\{}()[],:#-\n\r\0'),
    *b"... .. none unknown draft yes null true -1 x.y.z* not some every clause section reading".split(),
    *b"table define policy case expect with without design <script> ::error:: 1e999 2026-02-30".split(),
    *(b"as of", b"judged by", b"attested by", b"evidence", b"because", b"30 days", b"9" * 5_000),
    *(b"\xff", b"\xef\xbb\xbf", b"\xe2\x80\xae", b"\xed\xa0\x80", b"\x1b[2J"),
    *(b"../../etc/passwd", b"/dev/zero"),
)
"""What is put in at the level of tokens, beside the words of the file itself."""


def words_of(content: bytes) -> list[bytes]:
    """The tokens of a file, blanks included."""
    return re.findall(rb"[\w-]+|\s+|.", content, re.DOTALL)


def runs(kind: str, content: bytes, folder: Path) -> Iterator[list[str]]:
    """Each command line that is run on a content, once it is written into the folder with what it needs."""
    if kind in beside.KINDS:
        yield from beside.commands(kind, content, folder)
        return
    good = folder / "good.design"
    good.write_text(DESIGN)
    file = folder / KINDS[kind]
    file.write_bytes(content)
    yield from commands(kind, file, good)


def commands(kind: str, file: Path, good: Path) -> Iterator[list[str]]:
    """What is run on a file of a kind.

    Args:
        good: a design without a mistake.
    """
    name = str(file)
    if kind in ("design", "json"):
        yield from (["check", name, "-f", format_] for format_ in REPORTS)
        yield ["ask", "--interactive", name]
        yield from ([command, name] for command in ("ask", "explain", "portfolio", *SINGLE))
        yield ["compare", name, "--across", "packs"]
        yield ["check", name, "--evidence", "required", "--all"]
        yield ["fmt", "--check", name]
    if kind in ("json", "rows", "design"):
        yield from (["portfolio", name, "-f", format_, "-j", "1"] for format_ in TABLES)
        yield ["portfolio", name, "--no-reasons", "-j", "1", "--policy", "face-code-of-conduct"]
    if kind == "policy":
        yield ["check", str(good), "--policy", name]
        yield from (
            [command, "--policy", name] for command in ("graph", "compile", "schema", "new")
        )
        yield ["clause", "x", "--policy", name]
        yield ["fmt", "--check", name]
    if kind == "vocabulary":
        yield ["vocabulary", name]
        yield ["fmt", "--check", name]
    if kind == "cases":
        yield ["test", name]
        yield ["fmt", "--check", name]
    if kind == "laws":
        yield ["fmt", "--check", name]
    if kind in ("plan", "terraform", "arm", "calls"):
        importer = "terraform" if kind == "plan" else kind
        draft = str(file.with_name("draft.design"))
        yield ["import", importer, name]
        yield ["import", importer, name, "--into", draft]
        yield ["import", importer, name, "--into", draft]
        yield ["check", draft]
    if kind == "configuration":
        yield ["check", str(good), "--config", name]
        yield ["config", "--config", name]


def drive(kind: str, content: bytes, folder: Path, only: int | None = None) -> int:
    """Run all commands on a content, and give how many these are.

    Args:
        only: run but this one of them, by its number, whatever that is.

    Raises:
        AssertionError: one ends otherwise than it may, or takes too long.
    """
    lines = list(runs(kind, content, folder))
    if only is not None:
        lines = [lines[only % len(lines)]]
    for words in lines:
        code, error = ended(words)
        assert code in EXIT_CODES, (words, code, error, content)
    return len(lines)


def ended(words: list[str]) -> tuple[int, BaseException | None]:
    """How a command ends: its exit code, and the exception that ended it, if one did."""
    signal.signal(signal.SIGVTALRM, _too_long)
    signal.setitimer(signal.ITIMER_VIRTUAL, SECONDS)
    try:
        result = CliRunner().invoke(app, words)
    finally:
        signal.setitimer(signal.ITIMER_VIRTUAL, 0)
    error = result.exception if not isinstance(result.exception, SystemExit) else None
    return (-1 if error else result.exit_code), error


def _too_long(*_: object) -> None:
    raise TooLongError
