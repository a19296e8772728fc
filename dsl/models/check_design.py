"""Checks a design's syntax tree against its vocabulary, and makes a deployment of it."""

from __future__ import annotations

from collections.abc import Collection, Mapping

from clausewise.dsl.models.deployment import Deployment, Entity, Fact, Opinion, Terms, Value
from clausewise.dsl.models.shapes import SHAPES
from clausewise.dsl.models.taxonomy import NOTHING, UNDECIDED, Taxonomy, folded
from clausewise.dsl.models.vocabulary import EntityType, Field, Vocabulary
from clausewise.dsl.startup.typed import TYPE_CHECKING
from clausewise.dsl.text.diagnostic import Diagnostic, Diagnostics
from clausewise.dsl.text.names import MOST_CHARACTERS, NAME, RESERVED, listed, with_article
from clausewise.dsl.text.origins import origin_of
from clausewise.dsl.text.source import Source, Span
from clausewise.dsl.text.values import MOST_DIGITS
from clausewise.dsl.trees.designs import Block, Design, Statement
from clausewise.dsl.trees.values import (
    SECONDS,
    Day,
    Duration,
    Item,
    More,
    Name,
    Number,
    Range,
    Text,
)

if TYPE_CHECKING:
    from clausewise.dsl.trees.vocabularies import Shape


def check_design(
    tree: Design, source: Source, vocabulary: Vocabulary, *, complete: bool = True
) -> tuple[Deployment, list[Diagnostic]]:
    """Check a design's tree against a vocabulary.

    Args:
        tree: the design as written.
        source: its text, for diagnostics.
        vocabulary: what it may say.
        complete: whether the whole file could be read. If not, a reference to an entity that is not there is no
            mistake, since its block may be among what could not be read.

    Returns:
        A deployment that holds what is right, and the mistakes.
    """
    problems = Diagnostics(source)
    checker = _DesignChecker(tree, vocabulary, problems, complete=complete)
    entities = checker.entities()
    return (
        Deployment(
            vocabulary=vocabulary,
            title=tree.title.text,
            draft=tree.draft,
            judged_by=tuple(name.text for name in tree.judged_by),
            as_of=tree.as_of.value if tree.as_of else None,
            entities=entities,
            source=source,
        ),
        problems.found,
    )


_KINDS: Mapping[type[Item], str] = {
    Text: "a text",
    Number: "a number",
    Duration: "a duration",
    Range: "a range",
    Day: "a day",
}


class _DesignChecker:
    def __init__(
        self, tree: Design, vocabulary: Vocabulary, problems: Diagnostics, *, complete: bool
    ) -> None:
        self.tree = tree
        self.vocabulary = vocabulary
        self.problems = problems
        self.complete = complete
        self.nameless = {block.type.text for block in tree.blocks if block.name is None}
        """The types of blocks without a name, which may be of entities that others name."""
        self.types: dict[str, str] = {}
        """The type of each entity by its name; an empty text if its block names a type that does not exist."""

    def entities(self) -> dict[str, Entity]:
        if not self.is_of_subject():
            return {}
        blocks = self.named_blocks()
        listed = {name: self.entity(name, block) for name, block in blocks.items()}
        for type_ in self.vocabulary.entities.values():
            if type_.single and type_.name not in listed:
                listed[type_.name] = Entity(type_, type_.name, {})
        return listed

    def is_of_subject(self) -> bool:
        """Whether it is about what the vocabulary is about. If it is not, that is its one mistake."""
        if self.tree.subject.text == self.vocabulary.subject:
            return True
        self.problems.add(
            "E508",
            f"this is a `{self.tree.subject.text}`; the policy judges a `{self.vocabulary.subject}`",
            self.tree.subject.span,
            hint=f"begin with `{self.vocabulary.subject} {self.title()}`, or name another policy in `judged by`",
        )
        return any(block.type.text in self.vocabulary.entities for block in self.tree.blocks)

    def title(self) -> str:
        """The title as it is written."""
        return self.problems.source.text[self.tree.title.span.start : self.tree.title.span.end]

    def named_blocks(self) -> dict[str, Block]:
        """The blocks of known types by their entities' names; mistakes in both are reported."""
        first: dict[str, Block] = {}
        for block in self.tree.blocks:
            type_ = self.vocabulary.entities.get(block.type.text)
            if type_ is None:
                self.unknown_type(block)
            elif self.check_name(block, type_):
                name = block.name.text if block.name else type_.name
                if name in first:
                    self.twice(f"`{name}`", block.span, first[name].span)
                else:
                    first[name] = block
                    self.types[name] = type_.name
        return first

    def unknown_type(self, block: Block) -> None:
        known = self.vocabulary.entities
        if block.name:
            self.types.setdefault(block.name.text, "")
        self.problems.add(
            "E501",
            f"there is no type of entity `{block.type.text}`",
            block.type.span,
            hint=self.type_meant(block) or self.near(block.type.text, known, "types"),
        )

    def type_meant(self, block: Block) -> str | None:
        """A hint for a type that is none: another word for one, or a term that a field of one holds."""
        if self.problems.are_many:
            return None
        from clausewise.dsl.models.meant import field_meant, type_called  # only mistakes need it

        word, name = block.type.text, block.name.text if block.name else "a-name"
        called = type_called(word, self.vocabulary)
        if called:
            return f"did you mean `{called}`?"
        found = field_meant(word, self.vocabulary)
        return found and f"write `{found[0]} {name} {{`, and in it `{found[1]} {found[2]}`"

    def check_name(self, block: Block, type_: EntityType) -> bool:
        name = block.name.text if block.name else None
        hint = "choose another name"
        if name is None:
            if type_.single:
                return True
            code, message = "E507", f"this `{type_.name}` has no name"
            hint = f"write `{type_.name} a-name {{`"
        elif type_.single:
            code, message = "E544", f"there is only one `{type_.name}`"
            hint = "remove the name"
        elif len(name) > MOST_CHARACTERS:
            code, message = "E545", f"a name has at most {MOST_CHARACTERS} characters"
        elif not NAME.fullmatch(name):
            code, message = "E545", f"`{name}` is not a name"
            hint = "join letters and digits by single hyphens, a letter first"
        elif name in RESERVED:
            code, message = "E203", f"`{name}` is a reserved word"
        elif name in self.vocabulary.entities:
            code, message = "E206", f"`{name}` is the name of a type already"
        else:
            return True
        self.nameless.add(type_.name)
        self.problems.add(code, message, block.span, hint=hint)
        return False

    def entity(self, name: str, block: Block) -> Entity:
        type_ = self.vocabulary.entities[block.type.text]
        facts: dict[str, Fact] = {}
        spans: dict[str, Span] = {}
        for statement in block.statements:
            field_name = statement.field.text
            field = type_.fields.get(field_name)
            if field is None:
                self.unknown_field(statement.field, type_)
            elif field_name in spans:
                self.twice(f"`{field_name}`", statement.field.span, spans[field_name])
            else:
                spans[field_name] = statement.field.span
                facts[field_name] = self.fact(name, field, statement)
        return Entity(type_, name, facts, block.span)

    def unknown_field(self, name: Name, type_: EntityType) -> None:
        owners = [t.name for t in self.vocabulary.entities.values() if name.text in t.fields]
        elsewhere = f"it is a field of {' and '.join(f'`{owner}`' for owner in owners)}"
        hint = self.field_called(name.text, type_) or (elsewhere if owners else None)
        hint = hint or self.near(name.text, [f.name for f in type_.current], "fields")
        message = f"`{type_.name}` has no field `{name.text}`"
        self.problems.add("E502", message, name.span, hint=hint)

    def field_called(self, word: str, type_: EntityType) -> str | None:
        """A hint for another word for a field."""
        if self.problems.are_many:
            return None
        from clausewise.dsl.models.meant import field_called  # only mistakes need it

        called = field_called(word, type_)
        return called and f"did you mean `{called}`?"

    def twice(self, what: str, span: Span, first: Span) -> None:
        self.problems.add(
            "E505",
            f"{what} is written twice",
            span,
            hint="keep one of them",
            labels=[(first, "first written here")],
        )

    def fact(self, entity: str, field: Field, statement: Statement) -> Fact:
        value = self.value(field, statement)
        is_blank = isinstance(value, str) and not value.strip()
        return Fact(
            entity=entity,
            field=field,
            value=None if is_blank else value,
            evidence=tuple([text.text for text in statement.evidence]),
            attestation=statement.attestation,
            span=statement.span,
            doubt="the text is empty" if is_blank else None,
            second=self.second(field, value, statement),
            imported=self.imported(statement),
        )

    def imported(self, statement: Statement) -> tuple[str, ...]:
        """From where a line was imported; what does not say a file and an address is a mistake."""
        for text in statement.imported:
            if origin_of(text.text) is None:
                message = f"`{text.text}` does not say from where something was imported"
                hint = 'write the file and the address in it, `from "plan.json#the-address"`'
                self.problems.add("E550", message, text.span, hint=hint)
        return tuple([text.text for text in statement.imported])

    def second(self, field: Field, value: Value | None, statement: Statement) -> Opinion | None:
        """What a second person says of a judgement: the same, or what stands after `but`."""
        second = statement.second
        if second is None:
            return None
        if field.kind != "judgement":
            message = f"`{field.name}` is no judgement: nobody else's opinion is asked"
            hint = "leave the second `attested by` out"
            self.problems.add("E549", message, second.attestation.by.span, hint=hint)
            return None
        if second.items is not None:
            value = self.value(field, Statement(statement.field, second.items))
        return Opinion(value, second.attestation)

    def value(self, field: Field, statement: Statement) -> Value | None:
        items = statement.items
        words = [item.text if isinstance(item, Name) else "" for item in items]
        if "unknown" in words or "none" in words:
            return self.word_alone(field, statement, words)
        if field.has_terms or field.is_reference:
            return self.terms(field, items)
        item = items[0]
        value = _scalar(field.shape, item)
        if value is None:
            self.misfit(field, item.span)
        elif len(items) > 1:
            self.several(field, items[1].span)
            return None
        return value

    def word_alone(self, field: Field, statement: Statement, words: list[str]) -> Terms | None:
        word = "unknown" if "unknown" in words else "none"
        if len(words) > 1:
            self.problems.add(
                "E542",
                f"`{word}` stands beside other values",
                statement.items[words.index(word)].span,
                hint=f"write `{field.name} {word}` alone, or `...` for a list that may go on"
                if word == "unknown" or field.may_be_none
                else "take `none` away: it cannot be the value",
            )
        elif word == "none" and not field.may_be_none:
            self.problems.add(
                "E543",
                f"`{field.name}` cannot be `none`",
                statement.items[0].span,
                hint=f"write `{field.name} unknown` if you do not know",
            )
        elif word == "none":
            return Terms(())
        return None

    def terms(self, field: Field, items: tuple[Item, ...]) -> Terms | None:
        more = isinstance(items[-1], More)
        listed = items[:-1] if more else items
        names = [item for item in listed if isinstance(item, Name)]
        if len(names) < len(listed) or (not names and not field.is_many):
            wrong = [item for item in listed if not isinstance(item, Name)]
            self.no_term(field, (wrong or items)[0])
            return None
        if len(items) > 1 and not field.is_many:
            unknown = [
                name for name in names if not field.is_reference and not self.holds(field, name)
            ]
            if unknown:
                self.check_term(field, unknown[0])
            else:
                self.several(field, items[1].span)
            return None
        right = [name.text for name in names if self.check_term(field, name)]
        return Terms(tuple(dict.fromkeys(right)), more) if len(right) == len(names) else None

    def no_term(self, field: Field, item: Item) -> None:
        """Report what is no name where one is wanted: a text or a number may mean a term."""
        if isinstance(item, More):
            hint = f"write `{field.name} unknown` if you do not know it: `...` ends a list"
            self.problems.add("E506", f"`{field.name}` has one value", item.span, hint=hint)
            return
        if field.is_reference:
            self.no_entity(field, item)
            return
        taxonomy = self.vocabulary.taxonomy_of(field)
        words = self.problems.source.text[item.span.start : item.span.end].strip('"')
        message = f"`{field.name}` wants {SHAPES[field.shape].wanted}, not {_KINDS[type(item)]}"
        self.problems.add("E506", message, item.span, hint=self.near_term(words, taxonomy))

    def holds(self, field: Field, name: Name) -> bool:
        """Whether a name is a term of a field that holds terms."""
        return name.text in self.vocabulary.taxonomy_of(field)

    def no_entity(self, field: Field, item: Item) -> None:
        """Report what is no name where an entity is named: a text may hold one."""
        words = self.problems.source.text[item.span.start : item.span.end].strip('"')
        names = [name for name, type_ in self.types.items() if type_ == field.target]
        meant = next((name for name in names if folded(name) == folded(words)), None)
        if meant is None:
            self.misfit(field, item.span)
            return
        message = f"`{field.name}` wants {SHAPES[field.shape].wanted}, not {_KINDS[type(item)]}"
        self.problems.add("E506", message, item.span, hint=f"write `{field.name} {meant}`")

    def check_term(self, field: Field, name: Name) -> bool:
        if field.is_reference:
            return self.check_reference(field, name)
        taxonomy = self.vocabulary.taxonomy_of(field)
        if name.text in taxonomy:
            return True
        self.problems.add(
            "E503",
            f"`{name.text}` is not a value of `{field.name}`",
            name.span,
            hint=self.meant(name.text, field, taxonomy),
        )
        return False

    def meant(self, word: str, field: Field, taxonomy: Taxonomy) -> str:
        """A hint for a word that is no term of a field."""
        if word.lower() in UNDECIDED:
            return f"what is not known yet is left out, or stated as `{field.name} unknown`"
        if word.lower() in NOTHING and field.may_be_none:
            return f"write `{field.name} none`"
        hint = self.near_term(word, taxonomy, or_none=field.may_be_none)
        if word.lower() in ("yes", "no", "true", "false") and hint.startswith("values: "):
            return f"say which: {hint.removeprefix('values: ')}"
        return hint

    def check_reference(self, field: Field, name: Name) -> bool:
        type_ = self.types.get(name.text)
        is_told = type_ is not None or (self.complete and field.target not in self.nameless)
        if type_ == field.target or type_ == "" or not is_told:
            return type_ == field.target
        if type_ is None:
            message = f"there is no {field.target} `{name.text}`"
            self.problems.add(
                "E504", message, name.span, hint=self.nearest_entity(name.text, field)
            )
        else:
            article = with_article(field.target or "").split()[0]
            message = f"`{name.text}` is of type `{type_}`, and `{field.name}` names {article} `{field.target}`"
            hint = f"name an entity whose block begins with `{field.target}`"
            self.problems.add("E540", message, name.span, hint=hint)
        return False

    def near(self, word: str, known: Collection[str], what: str) -> str:
        """A hint for an unknown word."""
        return self.problems.near(word, known, what)

    def near_term(self, word: str, taxonomy: Taxonomy, *, or_none: bool = False) -> str:
        """The same for an unknown term, which may be another name of one that there is."""
        if self.problems.are_many:
            return "look what there is among the values"
        from clausewise.dsl.models.meant import hint_for_term  # only mistakes need it

        hint = hint_for_term(word, taxonomy)
        return f"{hint}, or `none`" if or_none and hint.startswith("values: ") else hint

    def nearest_entity(self, word: str, field: Field) -> str:
        """A hint for an entity that is not there."""
        if self.problems.are_many:
            return f"write a block `{field.target} {word} {{`"
        known = [name for name, type_ in self.types.items() if type_ == field.target]
        none = f", or `{field.name} none`" if field.may_be_none else ""
        if not known:
            return f"write a block `{field.target} {word} {{`{none}"
        hint = self.near(word, known, f"{field.target}s")
        return hint + none if hint.startswith(f"{field.target}s: ") else hint

    def several(self, field: Field, span: Span) -> None:
        message = f"`{field.name}` has one value"
        hint = f"keep one, or write `{field.name} unknown` if you do not know which"
        self.problems.add("E541", message, span, hint=hint)

    def misfit(self, field: Field, span: Span) -> None:
        held, name = SHAPES[field.shape], field.name
        hint = f"write `{name} {held.example}`"
        if field.shape == "ages":
            hint = f"write the years, such as `{name} 18..`, `{name} ..17` or `{name} 6..12`"
        elif field.shape == "duration":
            hint += f", in {listed([*SECONDS], 'or')}"
        self.problems.add("E506", f"`{name}` wants {held.wanted}", span, hint=hint)


def _scalar(shape: Shape, item: Item) -> Value | None:
    """The value that an item states for a field with plain values, or `None` if it does not fit."""
    match shape, item:
        case "number", Number(value):
            return value
        case "duration", Duration():
            return item
        case "date", Day(value):
            return value
        case "text", Text(text):
            return text
        case "ages", Range(low, high):
            return Range(low, high)
        case "ages", Number(value) if 0 <= value < 10**MOST_DIGITS and value == int(value):
            return Range(int(value), int(value))
    return None
