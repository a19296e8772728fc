"""A policy in the words of another vocabulary, so that two versions can be compared."""

from __future__ import annotations

from clausewise.dsl.models.vocabulary import Vocabulary
from clausewise.dsl.startup import store
from clausewise.dsl.text.diagnostic import Diagnostic, InvalidError, has_errors
from clausewise.engine.core.conditions import Or, Prohibited
from clausewise.engine.core.policy import Policy, policies_read
from clausewise.engine.core.walk import walk
from clausewise.intake.shared import is_same, part, parts_of


def extends(vocabulary: Vocabulary, other: Vocabulary) -> bool:
    """Whether a vocabulary has all words of another because it is that one, or extends it."""
    return vocabulary == other or other.source.path in {base.path for base in vocabulary.bases}


def in_words_of(vocabulary: Vocabulary, policy: Policy) -> Policy:
    """A policy over another vocabulary than its own, which must have all its words. It reads the same others.

    It is kept in the cache, since to read and link a policy takes long.

    Raises:
        InvalidError: the vocabulary lacks a word of the policy.
    """
    if policy.vocabulary is vocabulary or policy.vocabulary == vocabulary:
        return policy
    read = policies_read([policy])
    sources = (*vocabulary.sources, *(one.source for one in read))
    texts = [text for source in sources for text in (source.path, source.text)]
    readings = [str(one.defaults) for one in read]
    key = store.key_of("relinked", *_of_laws(policy), *readings, *texts)
    found: Policy | None = store.load(key, part)
    if found and found.vocabulary is vocabulary and is_same(found, policy):
        return found
    found = _linked(vocabulary, policy)
    found.work_out()
    store.keep(key, found, parts_of(found))
    return found


def _linked(vocabulary: Vocabulary, policy: Policy) -> Policy:
    """The same, read and linked anew."""
    # Not needed for a policy from the cache.
    from clausewise.dsl.parsing.parser import parse
    from clausewise.engine.linking.link import link

    tree, problems = parse(policy.source, "policy")
    assert tree is not None  # it was linked before

    def load(name: str) -> Policy:
        return in_words_of(vocabulary, policy.policies[name])

    linked, more = link(tree, policy.source, vocabulary, load, _of_laws(policy))
    if linked is None or has_errors([*problems, *more]):
        message = f"`{policy.full_name}` has words that the vocabulary `{vocabulary.name}` lacks"
        raise InvalidError([Diagnostic("E531", message), *more])
    return linked.read_as(policy.defaults)


def _of_laws(policy: Policy) -> list[str]:
    """The policies that it reads where it asks what laws prohibit."""
    nodes = (node for condition in policy.conditions() for node in walk(condition))
    asked = (node.parts for node in nodes if isinstance(node, Or) and node.of_laws)
    laws = [part.policy for parts in asked for part in parts if isinstance(part, Prohibited)]
    return [*dict.fromkeys(laws)]
