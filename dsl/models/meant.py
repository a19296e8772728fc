"""Which terms somebody meant who wrote a word that is none: synonyms, names of places, parts of names."""

from __future__ import annotations

from clausewise.dsl.models.places import places_called
from clausewise.dsl.models.taxonomy import Taxonomy, folded
from clausewise.dsl.models.vocabulary import EntityType, Vocabulary
from clausewise.dsl.text.names import did_you_mean, hint_for

MOST = 8
"""Terms that a hint names: of the codes of two letters that parts of several countries have, nearly all."""
A_PLACE = "write the code of its country or region by ISO 3166, such as `DE` or `US-CA`; `EU` and `EEA`, too"


def hint_for_term(words: str, taxonomy: Taxonomy, what: str = "values") -> str:
    """A hint that names the terms that were meant, or else the first few of the taxonomy."""
    found = _meant(folded(words), taxonomy)
    if not found and taxonomy.name == "place":
        return did_you_mean(words, taxonomy.current) or A_PLACE
    if not found:
        return hint_for(words, taxonomy.current, what)
    said = [f"`{term}`" + _about(term, taxonomy) for term in found[:MOST]]
    more = ", ..." if len(found) > MOST else ""
    return f"did you mean {' or '.join([', '.join(said[:-1]), said[-1]] if len(said) > 1 else said)}{more}?"


def _about(term: str, taxonomy: Taxonomy) -> str:
    return f" ({taxonomy.descriptions[term]})" if taxonomy.name == "place" else ""


def terms_meant(words: str, taxonomy: Taxonomy) -> list[str]:
    """The terms for which words that are none are another name: of a place, or by the vocabulary's `also`.

    Or all that the vocabulary says of a term: `S0` of `standard "S0"`.
    """
    word = folded(words)
    found = [*taxonomy.synonyms.get(word, ())]
    if found or not word:
        return found
    if taxonomy.name == "place":
        return places_called(word)
    return [term for term, told in taxonomy.descriptions.items() if folded(told) == word]


def terms_called(words: str, taxonomy: Taxonomy) -> list[str]:
    """All terms that people call so, but for those that lie within another of them.

    Of places the name up to a comma is enough: `Georgia` is a country and a state, `Congo` two countries.
    """
    word = folded(words)
    if not word:
        return []
    is_place = taxonomy.name == "place"
    found = [
        term
        for term, label in taxonomy.labels.items()
        if folded(label) == word or (is_place and folded(label.partition(",")[0]) == word)
    ]
    found = list(dict.fromkeys([*found, *terms_meant(words, taxonomy)]))
    below = [taxonomy.inside([term]) - {term} for term in found]
    return [term for term in found if not any(term in terms for terms in below)]


def type_called(word: str, vocabulary: Vocabulary) -> str | None:
    """The type of entity for which a word is another name: by `also`, in the singular or the plural."""
    words = {folded(word), folded(word).removesuffix("s")}
    for type_ in vocabulary.entities.values():
        if words & {type_.name, *type_.also}:
            return type_.name
    return None


def field_called(word: str, type_: EntityType) -> str | None:
    """The field of a type for which a word is another name, by `also`."""
    return next((field.name for field in type_.current if folded(word) in field.also), None)


def field_meant(word: str, vocabulary: Vocabulary) -> tuple[str, str, str] | None:
    """A type, a field of it, and the term of that field which a word names: `company` is a kind of actor."""
    for type_ in vocabulary.entities.values():
        for field in type_.current:
            if type_.single or not field.has_terms or field.shape != "one of":
                continue
            taxonomy = vocabulary.taxonomy_of(field)
            terms = [word] if word in taxonomy.parents else taxonomy.synonyms.get(folded(word), ())
            if terms and taxonomy.name != "place":
                return type_.name, field.name, terms[0]
    return None


def _meant(word: str, taxonomy: Taxonomy) -> list[str]:
    if not word:
        return []
    found = terms_meant(word, taxonomy)
    if taxonomy.name == "place":
        return found
    found = found or [term for term in taxonomy.current if folded(term) == word]
    if found or did_you_mean(word, taxonomy.current):
        return found
    return [term for term in taxonomy.current if word in folded(term).split("-")]
