"""`clausewise import`: files of other programs in, a design out, begun or brought up to date."""

from __future__ import annotations

import os
import re
from collections.abc import Mapping, Sequence
from functools import partial
from pathlib import Path

from clausewise.checking.options import Options
from clausewise.dsl.editing.design import stands_by_default
from clausewise.dsl.editing.edits import Edit, edited
from clausewise.dsl.files.reading import UnreadableError, is_within, resolved, shown
from clausewise.dsl.files.writing import written_whole
from clausewise.dsl.startup.lean import lean_dataclass
from clausewise.dsl.syntax import Design
from clausewise.dsl.text.diagnostic import Diagnostic, InvalidError
from clausewise.dsl.text.names import did_you_mean, is_name
from clausewise.dsl.text.source import Source, Span, source_from_text
from clausewise.engine.core.policy import Policy
from clausewise.formats.policy.template import design_template
from clausewise.importing.findings import Imported
from clausewise.importing.formats import IMPORTERS
from clausewise.importing.importing import imported_from, is_of
from clausewise.importing.rules import Rule, rules_for
from clausewise.importing.updating import Updated, tree_of, updated
from clausewise.intake.access import Access
from clausewise.intake.designs import read_design
from clausewise.intake.judges import DEFAULT, named_policy, policies_for
from clausewise.intake.texts import read

DESIGN = (".design",)
SUMMARY = "A draft from what was imported: what is not said here is unknown, and asked for."


@lean_dataclass(frozen=True, slots=True)
class ImportRun:
    """What came of an import.

    Attributes:
        imported: what the files say.
        updated: the design, and what became of each fact.
        is_new: whether the design was begun by it.
        things: what was counted in the files.
    """

    imported: Imported
    updated: Updated
    is_new: bool
    things: str


def import_files(
    kind: str, path: Path, into: Path | None, entity: str, options: Options, *, new: bool = False
) -> ImportRun:
    """Import a file, or a folder of files, into a design.

    Args:
        kind: a key of `IMPORTERS`.
        path: the file or the folder.
        into: the design to bring up to date, or to begin; `None` begins one that is not written.
        entity: of which entity the files speak, where there may be several; empty for the only one.
        options: who judges a new design, and what may be opened.
        new: whether an entity is meant that the design need not have, though its name is like that of another.

    Raises:
        InvalidError: something cannot be read or written, or has mistakes.
    """
    importer, access = IMPORTERS[kind], options.access
    is_new = into is None or not os.path.lexists(into)
    source = None if into is None or is_new else _design(into, access)
    policy = _policy(source, options)
    rules = [rule for rule in _rules(policy) if rule.vendor == importer.vendor]
    folder = Path(os.path.dirname(into or ""))
    imported = imported_from(path, importer, rules, access, folder)
    if source is None:
        source = _draft(policy, str(into or "draft.design"), path, entity, rules)
    elif entity and not new:
        source = _named(source, policy, rules, entity)
    names = _names(tree_of(source), policy, rules, imported, entity, source, new=new)
    done = updated(
        source,
        policy.vocabulary,
        (*imported.facts, *imported.open),
        names,
        partial(is_of, path, folder),
        fresh=is_new,
    )
    if into is not None and (is_new or done.source.text != source.text):
        _write(into, done.source, access)
    return ImportRun(imported, done, is_new, importer.things)


def _policy(source: Source | None, options: Options) -> Policy:
    """The policy of a design, or the one by which a new one is to be judged."""
    if source is None:
        return named_policy(options.policy or DEFAULT, options.access)
    return next(policies_for(read_design(source), options.policy, options.access))


def _rules(policy: Policy) -> tuple[Rule, ...]:
    rules = rules_for(policy.vocabulary)
    if not rules:
        name = policy.vocabulary.name
        message = f"nothing says what files mean in the words of `{name}`"
        hint = f"write `{name}.imports.toml` beside it (docs/import.md)"
        raise InvalidError([Diagnostic("E532", message, policy.vocabulary.source, None, hint)])
    return rules


def _design(path: Path, access: Access) -> Source:
    return read(path, DESIGN, access.around(path), access.max_bytes)


def _draft(policy: Policy, name: str, path: Path, entity: str, rules: Sequence[Rule]) -> Source:
    """A design that asks for all that the policy reads, and states nothing."""
    title = "".join(sign if sign.isprintable() else "?" for sign in shown(path))
    text = design_template(policy, f"Imported from {os.path.basename(title.rstrip('/')) or title}")
    source = source_from_text(name, text)
    at = tree_of(source).title.span.end
    text = f"# {SUMMARY}\n{text[:at]} draft{text[at:]}"
    for type_ in _types(policy, rules) if entity else ():
        text = text.replace(f"my-{type_}", entity)
    return source_from_text(name, text)


def _named(source: Source, policy: Policy, rules: Sequence[Rule], entity: str) -> Source:
    """A design in which an entity that is still as a draft began it has the name of the one that is meant."""
    design, edits = tree_of(source), []
    for type_ in _types(policy, rules):
        begun = f"my-{type_}"
        blocks = [block for block in design.blocks if block.type.text == type_ and block.name]
        if [block.name.text for block in blocks if block.name] == [begun] and all(
            stands_by_default(source, line) for line in blocks[0].statements
        ):
            alone = rf"(?<![\w-]){begun}(?![\w-])"
            places = re.finditer(alone, source.text)
            edits += [Edit(Span(*place.span()), entity) for place in places]
    return edited(source, edits)


def _types(policy: Policy, rules: Sequence[Rule]) -> list[str]:
    """The types of which rules say something, and of which there may be several entities."""
    owners = dict.fromkeys(fact.field.owner for rule in rules for fact in rule.facts)
    return [owner for owner in owners if not policy.vocabulary.entities[owner].single]


def _names(
    design: Design,
    policy: Policy,
    rules: Sequence[Rule],
    imported: Imported,
    entity: str,
    source: Source,
    *,
    new: bool,
) -> Mapping[str, str]:
    """Of which entity of each type the files speak.

    Raises:
        InvalidError: it cannot be told.
    """
    if entity and not is_name(entity):
        message, hint = f"`{entity}` is no name", "join letters and digits by single hyphens"
        raise InvalidError([Diagnostic("E533", message, hint=hint)])
    found = {}
    needed = {fact.field.owner for fact in (*imported.facts, *imported.open)}
    for type_ in _types(policy, rules):
        listed = [b.name.text for b in design.blocks if b.type.text == type_ and b.name]
        near = did_you_mean(entity, listed) if type_ in needed and entity not in listed else None
        if near and not new:
            message = f"the design has no {type_} `{entity}`"
            hint = f"{near} (`--new` adds it as another one)"
            raise InvalidError([Diagnostic("E533", message, source, Span(0, 1), hint)])
        if entity or len(listed) < 2:
            found[type_] = entity or (listed or [f"my-{type_}"])[0]
        elif type_ in needed:
            message = f"there are several of type `{type_}`, and the files do not say which they are about"
            hint = f"name it by `--entity`: {', '.join(listed[:5])}"
            raise InvalidError([Diagnostic("E533", message, source, Span(0, 1), hint)])
    return found


def _write(into: Path, source: Source, access: Access) -> None:
    """Write a design whole, where it may be read, or not at all.

    Raises:
        InvalidError: it cannot be written.
    """
    content = source.text.encode() if source.content is None else source.content
    try:
        if not into.name.lower().endswith(DESIGN):
            raise PermissionError("the name of a design ends in `.design`")
        if not is_within(resolved(into), access.around(into)):
            raise PermissionError("it leads to a place to which nothing is written")
        with written_whole(into) as file:
            file.write(content)
    except (OSError, UnreadableError) as error:
        said = (getattr(error, "strerror", None) or str(error)).lower()
        message = f"`{shown(into)}` cannot be written: {said}"
        raise InvalidError([Diagnostic("E105", message, Source(shown(into), ""))]) from None
