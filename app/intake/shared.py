"""One vocabulary for all policies that judge by it: kept once in the cache, and one object in a process.

So what belongs to a vocabulary alone, such as a design in its words, is worked out once for all of them.
"""

from __future__ import annotations

from collections.abc import Callable
from functools import lru_cache
from zlib import crc32

from clausewise.dsl.models.vocabulary import Vocabulary
from clausewise.dsl.startup import store
from clausewise.dsl.text.source import Source
from clausewise.engine.core.policy import Policy, policies_read


def shared(vocabulary: Vocabulary) -> Vocabulary:
    """The vocabulary that was made of the same texts before, if it is still kept; else this one."""
    if known := _known(vocabulary):
        return known
    store.keep(_key(_name(vocabulary)), vocabulary)
    return _known(vocabulary) or vocabulary  # nothing may be kept, or another under its name


def part(told: tuple[str, int]) -> object:
    """A part of a vocabulary that is kept, by what `parts_of` tells of it.

    Raises:
        LookupError: it is not there any more.
    """
    named, number = told
    return _kept(named).parts[number]


def parts_of(policy: Policy) -> Callable[[object], tuple[str, int] | None]:
    """What tells of each part of a policy that belongs to a vocabulary which is shared."""
    found: dict[int, tuple[str, int]] = {}
    for vocabulary in {
        id(one.vocabulary): one.vocabulary for one in policies_read([policy])
    }.values():
        named = _name(vocabulary)
        if _known(vocabulary) is vocabulary:
            parts = enumerate(vocabulary.parts)
            found.update((id(each), (named, number)) for number, each in parts)
    return lambda value: found.get(id(value))


def once(policy: Policy) -> Policy:
    """The same policy, as it was loaded before beside others, perhaps as one that another reads; else this one."""
    kept, place = policy.vocabulary.kept, f"policy {policy.source.path}"
    known = kept.get(place)
    if isinstance(known, Policy) and known.key == policy.key and is_same(known, policy):
        return known
    kept[place] = policy
    return policy


def is_same(policy: Policy, other: Policy) -> bool:
    """Whether two policies of the same texts come from the same files, byte for byte."""
    pairs = zip(policies_read([policy]), policies_read([other]), strict=False)
    return all(a.source.path == b.source.path and a.source.is_as(b.source) for a, b in pairs)


def _known(vocabulary: Vocabulary) -> Vocabulary | None:
    """The one that is kept of the same texts, byte for byte: a sum in a name is soon made to fit another text."""
    try:
        found = _kept(_name(vocabulary))
    except LookupError:
        return None
    return found if all(map(Source.is_as, found.sources, vocabulary.sources)) else None


@lru_cache(maxsize=16)
def _kept(named: str) -> Vocabulary:
    found = store.load(_key(named))
    if not isinstance(found, Vocabulary) or _name(found) != named:
        raise LookupError(named)
    return found


def _key(named: str) -> str:
    return store.key_of("vocabulary", named)


def _name(vocabulary: Vocabulary) -> str:
    """A name that mostly tells it from others, by the texts of which it is made."""
    return "\n".join(map(_of_text, vocabulary.sources))


def _of_text(source: Source) -> str:
    content = source.content or source.text.encode(errors="surrogatepass")
    return f"{source.path} {len(content)} {crc32(content):08x}"
