"""The one intake of designs: text, JSON and values of the Python API become a checked, admitted deployment.

`check`, `portfolio` and the Python API all come through here, so that what is a design to one of them is a design
to all, and means the same. Where a design is a mistake, it is the same mistake.
"""

from __future__ import annotations

import os
from collections.abc import Iterator
from datetime import date

from clausewise.dsl.files.inputs import is_remembering, remember
from clausewise.dsl.files.reading import MAX_BYTES, UnreadableError
from clausewise.dsl.models.admission import DoubtOf, admit
from clausewise.dsl.models.check_design import check_design
from clausewise.dsl.models.deployment import Deployment
from clausewise.dsl.models.vocabulary import Vocabulary
from clausewise.dsl.parsing.parser import parse
from clausewise.dsl.startup.lean import lean_dataclass, replace
from clausewise.dsl.startup.typed import TYPE_CHECKING
from clausewise.dsl.text.diagnostic import Diagnostic, InvalidError, has_errors
from clausewise.dsl.text.source import Source, source_from_bytes, source_from_text
from clausewise.dsl.trees.designs import Design
from clausewise.dsl.trees.values import Name

if TYPE_CHECKING:
    from clausewise.dsl.json.design import JsonDesign


def source_of(path: str, content: str | bytes, limit: int = MAX_BYTES) -> Source:
    """The source of a design that is not read from a file of its own.

    Args:
        path: what it is called; JSON if it ends in `.json`.
        content: the text, or its bytes in UTF-8.
        limit: how many bytes it may have.

    Raises:
        InvalidError: it is too large, binary, or no text.
    """
    try:
        if isinstance(content, bytes):
            return source_from_bytes(path, content, limit)
        return source_from_text(path, content, limit)
    except UnreadableError as error:
        hint = "give a UTF-8 text"
        found = Diagnostic("E100", f"the design {error}", Source(path, ""), None, hint)
        raise InvalidError([found]) from None


@lean_dataclass(frozen=True, slots=True)
class Written:
    """A design as it is written, to be made a deployment once its vocabulary is known.

    Attributes:
        tree: what could be read of it.
        problems: the mistakes found so far. A text with some can still be checked for more.
        instead: the policies to judge by, instead of those that it names; empty for these.
    """

    source: Source
    tree: Design | JsonDesign
    problems: tuple[Diagnostic, ...]
    instead: tuple[Name, ...] = ()

    @property
    def judged_by(self) -> tuple[Name, ...]:
        """The policies by which it is to be judged: those that it names, unless others take their place."""
        return self.instead or self.tree.judged_by

    def deployment(
        self,
        vocabulary: Vocabulary,
        *,
        as_of: date | None = None,
        evidence: DoubtOf | None = None,
    ) -> Deployment:
        """What it states in the words of a vocabulary, with only the facts known that count.

        Args:
            vocabulary: of the policy to judge by.
            as_of: the date of judging, instead of the design's own.
            evidence: looks at the evidence of claims that need some, which count only with it; `None` if they
                count without.

        Raises:
            InvalidError: it has mistakes.
        """
        stated = self.stated(vocabulary)
        if as_of:
            stated = replace(stated, as_of=as_of)
        return admit(stated, evidence)

    def stated(self, vocabulary: Vocabulary) -> Deployment:
        """What it states in the words of a vocabulary, whether it counts or not.

        Raises:
            InvalidError: it has mistakes.
        """
        tree, problems = self.tree, [*self.problems]
        if not isinstance(tree, Design):
            fitting, problems = tree.tree(vocabulary)
            if fitting is None:
                raise InvalidError(problems)
            tree = fitting
        complete = not has_errors(problems)
        deployment, more = check_design(tree, self.source, vocabulary, complete=complete)
        if is_remembering():
            remember(files_beside(self.source.path, deployment))
        if has_errors(problems):
            from clausewise.intake.in_words import explained  # only mistakes need it

            problems = explained(problems, vocabulary)
        if has_errors([*problems, *more]):
            raise InvalidError([*problems, *more])
        return deployment


def files_beside(path: str, deployment: Deployment) -> Iterator[str]:
    """The files beside a design that its verdict goes by: evidence, and what facts were imported from."""
    folder = os.path.dirname(path)
    for entity in deployment.entities.values():
        for fact in entity.facts.values():
            yield from (os.path.join(folder, text) for text in fact.evidence)
            yield from (os.path.join(folder, one.partition("#")[0]) for one in fact.imported)


def read_design(source: Source) -> Written:
    """A design as it is written: JSON if the source's path ends in `.json`, else text.

    Raises:
        InvalidError: nothing of it can be read.
    """
    tree: Design | JsonDesign | None
    if source.path.lower().endswith(".json"):
        from clausewise.dsl.json.design import parse_json

        tree, problems = parse_json(source)
    else:
        tree, problems = parse(source, "design")
    if tree is None:
        raise InvalidError(problems)
    return Written(source, tree, tuple(problems))
