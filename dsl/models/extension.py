"""Joins vocabularies: one that `extends` another adds to it what further policies need to be told.

What is added never changes what was there: it declares new taxonomies, types of entities, marks and documents, and
further fields of the types that there are. So whoever reads only the first vocabulary reads it as it was.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from clausewise.dsl.startup.lean import replace
from clausewise.dsl.syntax import (
    DocumentNode,
    EntityNode,
    ExtensionNode,
    FieldNode,
    MarkNode,
    Name,
    TaxonomyNode,
    VocabularyFile,
)
from clausewise.dsl.text.diagnostic import Diagnostics
from clausewise.dsl.text.names import hint_for

Declared = DocumentNode | MarkNode | TaxonomyNode | EntityNode
KINDS: Mapping[type, str] = {
    DocumentNode: "document",
    MarkNode: "mark",
    TaxonomyNode: "taxonomy",
    EntityNode: "type of entity",
    FieldNode: "field",
}


def joined(base: VocabularyFile, tree: VocabularyFile, problems: Diagnostics) -> VocabularyFile:
    """The tree of one vocabulary that says what both say.

    Args:
        base: what is added to: it has no mistakes.
        tree: what is added. Where it declares again what `base` declares, in the same words, that is once; other
            words are a mistake (E337).
        problems: those of the file of `tree`.
    """
    if tree.subject and base.subject and tree.subject.text != base.subject.text:
        message = f"`{base.name.text}` has another subject, `{base.subject.text}`"
        problems.add("E337", message, tree.subject.span, hint="leave the subject out")
    declared = [item for item in tree.items if not isinstance(item, ExtensionNode)]
    before = [item for item in base.items if not isinstance(item, ExtensionNode)]
    new = [item for item in declared if _is_new(item, before, base.name, problems)]
    types = {item.name.text: item for item in before if isinstance(item, EntityNode)}
    for node in tree.items:
        if isinstance(node, ExtensionNode):
            _extend(types, node, base.name, problems)
    items = [types[i.name.text] if isinstance(i, EntityNode) else i for i in before]
    return VocabularyFile(tree.name, base.subject, tree.title, (*items, *new))


def _extend(
    types: dict[str, EntityNode], node: ExtensionNode, base: Name, problems: Diagnostics
) -> None:
    type_ = types.get(node.name.text)
    if type_ is None:
        message = f"`{base.text}` has no type of entity `{node.name.text}`"
        hint = hint_for(node.name.text, list(types), "types")
        problems.add("E201", message, node.name.span, hint=hint)
        return
    fields = [f if f.origin else replace(f, origin=node.origin) for f in node.fields]
    new = [f for f in fields if _is_new(f, type_.fields, base, problems)]
    types[node.name.text] = replace(type_, fields=(*type_.fields, *new))


def _is_new(
    node: Declared | FieldNode,
    before: Iterable[Declared | FieldNode],
    base: Name,
    problems: Diagnostics,
) -> bool:
    """Whether nothing of this kind is called so; that something else is called so is recorded."""
    known = next(
        (n for n in before if type(n) is type(node) and n.name.text == node.name.text), None
    )
    if known and known != node:
        what = KINDS[type(node)]
        message = f"`{base.text}` declares the {what} `{node.name.text}`, and not alike"
        problems.add("E337", message, node.name.span, hint="rename it, or leave it out")
    return known is None
