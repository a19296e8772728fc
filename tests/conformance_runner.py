"""The format of the conformance suite (tests/conformance/README.md), read strictly: files to cases."""

from __future__ import annotations

import hashlib
import tomllib
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Annotated, Literal

from pydantic import AfterValidator, BaseModel, ConfigDict, Field, model_validator

from clausewise.checking.options import Options
from clausewise.intake.access import Access
from clausewise.intake.load import Company

VOCABULARIES = Path(__file__).parent / "conformance" / "vocabularies"
"""Where the vocabularies stand that several files name."""

Kind = Literal["vocabulary", "policy", "design", "json", "laws"]
Outcome = Literal["violated", "undetermined", "review", "met", "not-applicable"]
Verdict = Literal["prohibited", "needs-information", "needs-review", "permitted", "not-applicable"]
Fact = Annotated[str, Field(pattern=r"^[A-Za-z][\w-]*(\.[A-Za-z][\w-]*)?$")]
Title = Annotated[str, Field(min_length=1, pattern=r"^[^\n]+$")]


def _named(vocabulary: str) -> str:
    """The text of a vocabulary: a single word is the name of one that files share."""
    if len(vocabulary.split()) != 1:
        return vocabulary
    path = VOCABULARIES / f"{vocabulary}.vocabulary"
    if not path.is_file():
        raise ValueError(f"there is no {path.name} beside the others")
    return path.read_text(encoding="utf-8")


class _Table(BaseModel):
    """A table of the format: an unknown key, or a value of another type, is an error."""

    model_config = ConfigDict(strict=True, extra="forbid", frozen=True, populate_by_name=False)


class ExpectedClause(_Table):
    """What a clause must come to."""

    outcome: Outcome
    because: list[list[Fact]] | None = None
    missing: list[Fact] | None = None
    breaches: list[str] | None = None

    @model_validator(mode="after")
    def _fits_the_outcome(self) -> ExpectedClause:
        is_open = self.outcome in ("undetermined", "review")
        if (is_open and self.because is not None) or (not is_open and self.missing is not None):
            raise ValueError(f"{self.outcome} is not explained so")
        return self


class ExpectedDiagnostic(_Table):
    """A mistake that must be reported. Several lines: any of them will do; none: the file as a whole."""

    code: str = Field(pattern=r"^[EW]\d{3}$")
    line: int | list[int] | None = None
    place: Literal["design", "policy", "vocabulary", "laws"] = Field("design", alias="in")

    @property
    def lines(self) -> list[int | None]:
        """The lines that will do."""
        return [*self.line] if isinstance(self.line, list) else [self.line]


class GivenOptions(_Table):
    """How to judge."""

    readings: dict[str, str] = {}
    as_of: str | None = Field(None, alias="as-of")
    evidence: Literal["required"] | None = None


class Texts(_Table):
    """The texts that a file's cases share, or that a case has for itself."""

    vocabulary: Annotated[str, AfterValidator(_named)] | None = None
    policy: str | None = None
    design: str | None = None
    json_design: str | None = Field(None, alias="json")
    laws: str | None = None
    other_policies: dict[str, str] = Field({}, alias="other-policies")


class Case(Texts):
    """One case: what goes in where it is not the file's, and what must come out."""

    name: Title
    put: dict[str, str] = {}
    options: GivenOptions = Field(default_factory=lambda: GivenOptions.model_validate({}))
    verdict: Verdict | None = None
    clauses: dict[str, ExpectedClause] = {}
    questions: list[Fact | list[Fact]] | None = None
    decisive: dict[Fact, list[str]] = {}
    warnings: list[ExpectedDiagnostic] | None = None
    warned: list[str] | None = None
    diagnostics: list[ExpectedDiagnostic] = []
    beside: list[str] = []

    @model_validator(mode="after")
    def _expects_something(self) -> Case:
        expected = {"verdict", "clauses", "questions", "decisive", "warnings", "warned"}
        judged = self.model_fields_set & expected
        if bool(judged) == bool(self.diagnostics):
            raise ValueError("a case expects a judgement or diagnostics, one of the two")
        return self


class CaseFile(Texts):
    """One file of the suite."""

    format: Literal[1]
    about: str = Field(pattern=r"^[^\n]+; sections? \d")
    cases: list[Case] = Field(alias="case", min_length=1)


@dataclass(frozen=True, slots=True)
class Given:
    """A case with what it shares with the others of its file."""

    file: Path
    shared: CaseFile
    case: Case

    @property
    def id(self) -> str:
        """The name of the case's test."""
        return f"{self.file.parent.name}/{self.file.stem}/{self.case.name}"

    def options(self, folder: Path) -> Options:
        """How to judge in a folder, whose policies may judge, in the words of the product."""
        given = self.case.options
        return Options(
            access=Access(root=folder),
            readings=given.readings,
            as_of=date.fromisoformat(given.as_of) if given.as_of else None,
            evidence_required=given.evidence == "required",
        )

    def company(self, folder: Path) -> Company:
        """The policies that judge beside the one of the case, which is among them."""
        names = [name_of(self.texts()["policy"]), *self.case.beside] if self.case.beside else []
        files = tuple([(folder / f"{name}.policy").resolve() for name in names])
        return Company(files, files)

    def texts(self) -> dict[Kind, str]:
        """The texts of the case by kind, with what it puts into them. A JSON design or a text, not both."""
        own, shared = self.case, self.shared
        in_json = own.json_design or (None if own.design is not None else shared.json_design)
        found: Mapping[Kind, str | None] = {
            "vocabulary": shared.vocabulary if own.vocabulary is None else own.vocabulary,
            "policy": shared.policy if own.policy is None else own.policy,
            "design": None if in_json else shared.design if own.design is None else own.design,
            "json": in_json,
            "laws": shared.laws if own.laws is None else own.laws,
        }
        return {kind: self._filled(text) for kind, text in found.items() if text is not None}

    def _filled(self, text: str) -> str:
        for word, value in self.case.put.items():
            text = text.replace(word, value)
        return text

    def unused_words(self) -> list[str]:
        """The words of `put` that stand in none of the case's texts."""
        bare = Given(self.file, self.shared, self.case.model_copy(update={"put": {}}))
        return [w for w in self.case.put if not any(w in text for text in bare.texts().values())]

    def write(self, folder: Path) -> Path:
        """Write the case's files below a folder; returns the path of the laws, or else of the design.

        Cases of the same policies and vocabulary share a folder: what is loaded from it is linked once.
        """
        texts = self.texts()
        others = {**self.shared.other_policies, **self.case.other_policies}
        policies = [*others.values(), *([texts["policy"]] if "policy" in texts else [])]
        files = {f"{name_of(text)}.policy": text for text in policies}
        files[f"{name_of(texts['vocabulary'])}.vocabulary"] = texts["vocabulary"]
        kind: Kind = "laws" if "laws" in texts else "json" if "json" in texts else "design"
        home = folder / _digest(*files.keys(), *files.values())
        home.mkdir(exist_ok=True)
        for name, text in files.items():
            _write(home / name, text)
        path = home / f"{_digest(texts[kind])}.{kind}"
        _write(path, texts[kind])
        return path


def _digest(*texts: str) -> str:
    """A name for texts that other texts do not have."""
    return hashlib.sha256(repr(texts).encode("utf-8", "surrogatepass")).hexdigest()[:16]


def _write(path: Path, text: str) -> None:
    """Write a text as it is: line ends may be what a case is about."""
    path.write_bytes(text.encode("utf-8"))


def name_of(text: str) -> str:
    """The name in a file's first line that is not a comment, or `x`."""
    words = next((line.split() for line in text.splitlines() if line[:1] not in ("#", "")), [])
    return words[1] if len(words) > 1 and words[0] in ("policy", "vocabulary") else "x"


def read_suite(folder: Path) -> Iterator[Given]:
    """The cases of a folder, in the order of the files.

    Raises:
        pydantic.ValidationError: a file is not in the format.
    """
    for path in sorted(folder.rglob("*.toml")):
        shared = CaseFile.model_validate(tomllib.loads(path.read_text(encoding="utf-8")))
        yield from (Given(path, shared, case) for case in shared.cases)
