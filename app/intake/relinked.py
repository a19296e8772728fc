"""A policy in the words of another vocabulary, so that two versions can be compared."""

from __future__ import annotations

from pathlib import Path

from clausewise.dsl.models.vocabulary import Vocabulary
from clausewise.dsl.parsing.parser import parse
from clausewise.dsl.text.diagnostic import Diagnostic, InvalidError, has_errors
from clausewise.engine.core.policy import Policy
from clausewise.engine.linking.link import link
from clausewise.intake.load import load_policy


def in_words_of(vocabulary: Vocabulary, policy: Policy) -> Policy:
    """A policy over another vocabulary than its own, which must have all its words.

    Raises:
        InvalidError: the vocabulary lacks a word of the policy.
    """
    if policy.vocabulary is vocabulary or policy.vocabulary == vocabulary:
        return policy
    tree, problems = parse(policy.source, "policy")
    assert tree is not None  # it was linked before
    folder = Path(policy.source.path).parent

    def load(name: str) -> Policy:
        return in_words_of(vocabulary, load_policy(name, folder))

    linked, more = link(tree, policy.source, vocabulary, load)
    if linked is None or has_errors([*problems, *more]):
        message = f"`{policy.full_name}` has words that the vocabulary `{vocabulary.name}` lacks"
        raise InvalidError([Diagnostic("E531", message), *more])
    return linked
