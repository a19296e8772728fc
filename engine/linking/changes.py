"""Links what a law changes: the fact, and the values that it may have before and after."""

from __future__ import annotations

from clausewise.dsl import syntax
from clausewise.dsl.models.deployment import Terms, Value
from clausewise.dsl.models.shapes import SHAPES
from clausewise.dsl.models.vocabulary import Field, Vocabulary
from clausewise.dsl.text.diagnostic import Diagnostics
from clausewise.engine.linking.scope import WrongError, check_known


def changed_field(node: syntax.ChangeNode, vocabulary: Vocabulary, problems: Diagnostics) -> Field:
    """The field of the fact that changes.

    Raises:
        WrongError: there is none, or no law can change it so, which is recorded.
    """
    fact = node.fact
    check_known(problems, fact.entity, vocabulary.entities, "type of entity")
    type_ = vocabulary.entities[fact.entity.text]
    if fact.field is None:
        hint = f"write `{type_.name}.field`"
        problems.add("E201", f"`{type_.name}` is no field", fact.span, hint=hint)
        raise WrongError
    check_known(problems, fact.field, type_.fields, f"field of `{type_.name}`")
    field = type_.fields[fact.field.text]
    if field.is_reference:
        said = "leads to entities, which have no names in a law", "change a fact of these entities"
    elif field.shape == "text":
        said = "holds a text, of which conditions test only whether it is there", "leave it out"
    elif node.word == "changing" and field.is_many and not _is_none(node.before, node.after):
        hint = "write `adding a-term to`, `removing a-term from`, or change it to `none`"
        said = "may have several values", hint
    elif node.word != "changing" and not field.is_many:
        said = "has one value", f"write `changing {fact.entity.text}.{field.name} to a-value`"
    else:
        return field
    problems.add("E335", f"`{field.name}` {said[0]}", fact.span, hint=said[1])
    raise WrongError


def _is_none(*items: syntax.Item | None) -> bool:
    """Whether a value is written, and none but `none`."""
    written = [item for item in items if item is not None]
    return bool(written) and all(item == syntax.Name("none") for item in written)


def values_of(
    item: syntax.Item | None,
    field: Field,
    word: str,
    vocabulary: Vocabulary,
    problems: Diagnostics,
) -> tuple[Value, ...] | None:
    """The values, as complete designs state them, that are meant by what a law writes; `None` by nothing.

    A term means every term below it that has none below itself.

    Raises:
        WrongError: it is no value of the field, which is recorded.
    """
    match item:
        case None:
            return None
        case syntax.Name("none") if word == "changing" and field.may_be_none:
            return (Terms(()),)
        case syntax.Name(name) if field.has_terms and name != "none":
            taxonomy = vocabulary.taxonomy_of(field)
            check_known(problems, item, taxonomy.parents, f"`{taxonomy.name}` term")
            inside = taxonomy.inside([item.text])
            return tuple(Terms((t,)) for t in sorted(inside) if t not in taxonomy.children)
        case syntax.Number(value) if field.shape == "number":
            return (value,)
        case syntax.Duration() if field.shape == "duration":
            return (item,)
        case syntax.Day(value) if field.shape == "date":
            return (value,)
        case syntax.Range() if field.shape == "ages":
            return (item,)
        case _:
            message = f"this is no value of `{field.name}`"
            held = SHAPES[field.shape]
            a_term = f"write a term of `{field.target}`"
            hint = a_term if field.target else f"write {held.wanted}, such as `{held.example}`"
            problems.add("E335", message, item.span, hint=hint)
            raise WrongError
