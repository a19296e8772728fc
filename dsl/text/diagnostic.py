"""The author's mistakes, as values: a code, a sentence, a place, a next step."""

from __future__ import annotations

from collections.abc import Collection, Iterable

from clausewise.dsl.startup.lean import lean_dataclass
from clausewise.dsl.text.names import hint_for
from clausewise.dsl.text.source import Source, Span

CODES = {
    "E100": "a file cannot be read",
    "E101": "syntax error",
    "E102": "brackets nest too deeply",
    "E103": "not a design in JSON",
    "E104": "not a file of the language",
    "E105": "a file cannot be written",
    "E106": "a file cannot be formatted",
    "E107": "not a list of equivalent mutants",
    "E108": "not a configuration in TOML",
    "E109": "a setting does not fit",
    "E110": "a waiver does not fit",
    "E111": "not a baseline",
    "E112": "git cannot show what was before",
    "E113": "a rule of import does not fit",
    "E114": "a file cannot be imported",
    "E201": "unknown name",
    "E202": "a name is declared twice",
    "E203": "reserved word as a name",
    "E204": "unknown policy or vocabulary",
    "E205": "header incomplete",
    "E206": "a name has a meaning already",
    "E207": "a policy over another vocabulary",
    "E208": "a file holds something under another name",
    "E209": "a name that two packs hold",
    "E210": "a file of a pack that is not as it must be",
    "E301": "a test for terms of what holds none",
    "E302": "wrong arguments",
    "E303": "a path through many entities",
    "E304": "clause incomplete",
    "E305": "table incomplete",
    "E306": "reading without one default",
    "E307": "a template names something that is not there",
    "E310": "a field refers to the only entity of its type",
    "E311": "`or none` where it cannot stand",
    "E312": "a line of a policy is written twice",
    "E313": "entities of different types",
    "E314": "`is none` of what is not a field",
    "E315": "`is none` of a field that is never none",
    "E316": "`is` or `in` where there may be several",
    "E317": "no terms on the right of a test for terms",
    "E318": "fields of different taxonomies",
    "E319": "a table gives something else than is needed",
    "E320": "quantities of different kinds are compared",
    "E321": "what has no order is compared",
    "E322": "not a condition",
    "E323": "an outcome that no condition can test",
    "E324": "not a set of entities",
    "E325": "a closure of a field that leads elsewhere",
    "E326": "a path goes on after a field that holds values",
    "E327": "a line stands in the wrong part of a policy",
    "E328": "a clause with several rules",
    "E329": "a policy without a clause",
    "E330": "a row does not give what its table gives",
    "E331": "a table is looked up by several values",
    "E332": "breaches where they do not fit",
    "E333": "a reference that is replaced",
    "E334": "two people for what is no judgement",
    "E335": "a law changes a fact in a way that no design can",
    "E336": "what only a policy that is no law can ask",
    "E337": "vocabularies that do not fit together",
    "E338": "what a thing is, by what is no choice",
    "E401": "circular definition",
    "E402": "a condition nests too deeply",
    "E403": "policies depend on each other in a circle",
    "E404": "too many bindings",
    "E405": "too many steps",
    "E406": "a condition is too large",
    "E407": "too many days",
    "E501": "unknown type of entity",
    "E502": "unknown field",
    "E503": "unknown term",
    "E504": "unknown entity",
    "E505": "an entity or field is written twice",
    "E506": "a value does not fit its field",
    "E507": "an entity has no name",
    "E508": "the subject is not the policy's",
    "E509": "nothing to judge",
    "E510": "no policy to judge by",
    "E511": "a policy that may not judge",
    "E512": "too many policies to judge by",
    "E520": "no design",
    "E521": "no cases",
    "E522": "no sentence in a source text",
    "E523": "a case does not pass",
    "E524": "something is not installed",
    "E525": "a table without designs",
    "E526": "a table that SQL cannot judge",
    "E527": "a row is not a design",
    "E528": "no laws",
    "E529": "what cannot be allowed to change",
    "E530": "policies of several vocabularies",
    "E531": "words that another vocabulary lacks",
    "E532": "no rules of import",
    "E533": "of which entity something is imported",
    "E540": "an entity of another type",
    "E541": "several values where there is one",
    "E542": "`none` or `unknown` beside other values",
    "E543": "`none` where it is no value",
    "E544": "a name for the only entity of its type",
    "E545": "not a name",
    "E546": "several policies to judge by",
    "E547": "a case expects nothing",
    "E548": "a case takes away what is not there",
    "E549": "a second opinion on what is no judgement",
    "E550": "not from where a fact was imported",
    "E561": "a key cannot be used",
    "E562": "an attestation cannot be trusted",
    "E563": "not as it was attested",
    "E571": "a desk does not answer, or refuses",
    "E601": "not a ledger in TOML",
    "E602": "an entry of a ledger does not fit",
    "E603": "an entry of a ledger names an unknown clause or policy",
    "E604": "a sentence has two entries in a ledger",
    "E605": "an entry of a ledger leaves a sentence to its own policy",
    "E606": "an entry of a ledger names a policy that cannot be used",
    "E801": "a bug of Clausewise",
    "E802": "a worker process was ended",
    "W701": "never used",
    "W702": "nothing reaches an entity",
    "W703": "stated in words that others have replaced",
    "W704": "a policy warns",
    "W705": "a waiver has expired",
    "W706": "a waiver that nothing needs",
    "W707": "a baseline holds what no longer occurs",
    "W708": "not as in the file it was imported from",
    "W709": "an imported file cannot be compared",
}
"""Every code, with its title. Codes are stable: a code once published keeps its meaning."""

OF_WHAT_IS_MISSING = frozenset({"E201", "E205", "W701"})
"""Codes of what is not there, or not used. Where a part of a file could not be read, it may be that part."""

MOST_HINTS = 50
MOST_FOUND = 1_000
"""Mistakes told of a file: a megabyte may hold a hundred thousand, and each is shown at its place."""
MOST_SAID = 500
"""Characters of a message or of a hint."""


@lean_dataclass(frozen=True, slots=True)
class Label:
    """A second place that a diagnostic points at, with a few words."""

    source: Source
    span: Span
    text: str


@lean_dataclass(frozen=True, slots=True)
class Diagnostic:
    """One mistake of an author. `source` and `span` are absent where no text is to blame."""

    code: str
    message: str
    source: Source | None = None
    span: Span | None = None
    hint: str | None = None
    labels: tuple[Label, ...] = ()

    @property
    def is_error(self) -> bool:
        """Whether the file cannot be used; warnings (`W...`) leave it usable."""
        return self.code.startswith("E")

    @property
    def path(self) -> str:
        """The file's path, or an empty text."""
        return self.source.path if self.source else ""

    @property
    def position(self) -> tuple[int, int]:
        """Line and column, counted from 1; (1, 1) for a file as a whole."""
        return self.source.position(self.span.start) if self.source and self.span else (1, 1)


class Diagnostics:
    """Collects the mistakes of one source."""

    def __init__(self, source: Source) -> None:
        self.source = source
        self.found: list[Diagnostic] = []

    @property
    def is_full(self) -> bool:
        """Whether no more are recorded."""
        return len(self.found) > MOST_FOUND

    @property
    def are_many(self) -> bool:
        """Whether so many are recorded that no similar word is searched for one more."""
        return len(self.found) > MOST_HINTS

    def near(self, word: str, known: Collection[str], what: str) -> str:
        """A hint for a word that is not known; a similar one is not searched for after many mistakes."""
        if self.are_many:
            return f"look what there is among the {what}"
        return hint_for(word, known, what)

    def add(
        self,
        code: str,
        message: str,
        span: Span,
        *,
        hint: str | None = None,
        labels: Iterable[tuple[Span, str]] = (),
    ) -> None:
        """Record a mistake at `span`; `labels` are other spans of the same source. After many, no more are."""
        if self.is_full:
            return
        points = tuple(Label(self.source, where, text) for where, text in labels)
        message, hint = shortened(message), hint and shortened(hint)
        if len(self.found) == MOST_FOUND:
            message += "; there are more mistakes, which are not told"
        self.found.append(Diagnostic(code, message, self.source, span, hint, points))


def page_about(code: str, documentation: str) -> str:
    """The address of the page about a code; empty if nobody says where the pages are.

    Args:
        documentation: the address of `docs` on a website that was made by `make site`; or, for pages that are kept
            elsewhere, an address in which `{page}` stands for `diagnostics/E101` and the like.
    """
    page = f"diagnostics/{code}"
    if "{page}" in documentation:
        return documentation.replace("{page}", page)
    return f"{documentation.rstrip('/')}/{page}/" if documentation else ""


def shortened(text: str) -> str:
    """A sentence, cut if it is long: it may quote a word of a megabyte."""
    return text if len(text) <= MOST_SAID else text[: MOST_SAID - 1] + "…"


class InvalidError(Exception):
    """A file could not be used, for the mistakes in `diagnostics`."""

    def __init__(self, diagnostics: Iterable[Diagnostic]) -> None:
        self.diagnostics = in_order(diagnostics)
        super().__init__("; ".join(f"{d.code} {d.message}" for d in self.diagnostics))


def placed(diagnostics: Iterable[Diagnostic], source: Source, span: Span) -> tuple[Diagnostic, ...]:
    """The diagnostics; those without a place of their own are given this one."""
    return tuple(
        found
        if found.source
        else Diagnostic(found.code, found.message, source, span, found.hint, found.labels)
        for found in diagnostics
    )


def in_order(diagnostics: Iterable[Diagnostic]) -> tuple[Diagnostic, ...]:
    """The diagnostics sorted by file and position, without repetitions."""
    return tuple(sorted(dict.fromkeys(diagnostics), key=lambda d: (d.path, d.position, d.code)))


def has_errors(diagnostics: Iterable[Diagnostic]) -> bool:
    """Whether any is an error rather than a warning."""
    return any(d.is_error for d in diagnostics)
