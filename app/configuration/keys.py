"""All that a configuration can say, in one table. Its JSON Schema and its page are made from it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Literal

from clausewise.checking.bounds import MOST_STEPS
from clausewise.dsl.files.reading import MAX_BYTES
from clausewise.dsl.startup.lean import lean_dataclass
from clausewise.engine.core.outcomes import Verdict

ReadingsByPolicy = Mapping[str, Mapping[str, str]]
"""Alternatives by reading, by policy."""
Digests = Mapping[str, str | Sequence[str]]
"""By the name of a file its SHA-256, in hexadecimal digits, or several, one of each version."""
Said = tuple[str, ...] | str | bool | int | ReadingsByPolicy | Digests | None
KeyKind = Literal[
    "policies",
    "folders",
    "patterns",
    "verdicts",
    "choice",
    "yes-no",
    "number",
    "readings",
    "digests",
    "address",
    "file",
]

ADDRESS = "^(https?://[^ ]+)?$"
"""What an address looks like; it may be empty."""


@lean_dataclass(frozen=True, slots=True)
class Key:
    """One thing that can be said.

    Attributes:
        default: what holds if nobody says anything.
        says: what it is about, for people.
        choices: the words that it takes, where only these will do.
        flag: the option of the command line that stands above it, if there is one.
        example: how it is written in TOML.
    """

    name: str
    kind: KeyKind
    default: Said
    says: str
    example: str
    choices: tuple[str, ...] = ()
    flag: str = ""

    @property
    def variable(self) -> str:
        """The variable of the environment that stands above the file."""
        return "CLAUSEWISE_" + self.name.upper().replace("-", "_")


DIGEST = "^[0-9a-f]{64}$"
"""What a SHA-256 looks like."""
SAMPLE = "0d24cd4a5ea7dd6fd3b5f9b9a1f7d1a4e5a1a2c6bb7bba35cd3bbcdd4a9d1a3e"
FAILING = tuple(verdict.value for verdict in Verdict if verdict is not Verdict.PERMITTED)

KEYS = {
    key.name: key
    for key in (
        Key(
            "policies",
            "policies",
            None,
            "Which policies may judge: names of policies of the packs, with a version or without, and paths."
            " By default all of the packs, and those in the folder of the configuration.",
            '["face-code-of-conduct", "rules/door-code.policy"]',
            flag="--policy",
        ),
        Key(
            "packs",
            "folders",
            (),
            "Folders of packs that are not installed: their policies may judge as those of the packs do.",
            '["packs/lake-law"]',
        ),
        Key(
            "digests",
            "digests",
            {},
            "The SHA-256 that files of policies and vocabularies must have, by their names (E210).",
            f'{{ "lake-law.policy" = "{SAMPLE}" }}',
        ),
        Key(
            "readings",
            "readings",
            {},
            "Which readings are chosen, by policy, instead of the defaults.",
            '{ door-code = { keeping = "loose" } }',
            flag="--reading",
        ),
        Key(
            "evidence",
            "choice",
            "optional",
            "Whether a claim that needs evidence counts only with it.",
            '"required"',
            choices=("optional", "required"),
            flag="--evidence",
        ),
        Key(
            "evidence-roots",
            "folders",
            (),
            "Folders in which evidence may lie, beside the folder of the design.",
            '["../forms"]',
        ),
        Key(
            "evidence-addresses",
            "yes-no",
            default=False,
            says="Whether an address (https://...) counts as evidence. Nobody looks at what is there.",
            example="true",
        ),
        Key(
            "design-roots",
            "folders",
            (),
            "Folders into which links may lead, beside the folder given and that of the configuration.",
            '["/srv/designs"]',
        ),
        Key(
            "exclude",
            "patterns",
            (),
            "What is left out, written as in .gitignore; files that are named on the command line, too.",
            '["drafts/", "*.old.design"]',
        ),
        Key(
            "respect-gitignore",
            "yes-no",
            default=True,
            says="Whether folders are walked without what their .gitignore files name.",
            example="false",
        ),
        Key(
            "fail-on",
            "verdicts",
            FAILING,
            "Which verdicts give an exit code other than 0.",
            '["prohibited", "needs-information"]',
            choices=FAILING,
            flag="--fail-on",
        ),
        Key(
            "waivers",
            "file",
            "",
            "The file of waivers: problems that somebody accepts until a day, and that do not fail `check`.",
            '"waivers.toml"',
        ),
        Key(
            "baseline",
            "file",
            "",
            "The baseline: problems that were there when it was written, which do not fail `check`.",
            '"clausewise-baseline.json"',
            flag="--baseline",
        ),
        Key(
            "max-size",
            "number",
            MAX_BYTES // 1024**2,
            "How many MiB a design, a file of cases or a line of a portfolio may have.",
            "16",
            flag="--max-size",
        ),
        Key(
            "max-steps",
            "number",
            MOST_STEPS,
            "How many steps the judgement of a design may take (E405).",
            "10_000_000",
            flag="--max-steps",
        ),
        Key(
            "documentation",
            "address",
            "",
            "The address of `docs` on a website made by `make site`, for links in SARIF and in editors. For pages "
            "kept elsewhere, `{page}` in it stands for `diagnostics/E101` and the like.",
            '"https://clausewise.example.org/docs"',
        ),
    )
}
"""By name, in the order in which they are shown."""
