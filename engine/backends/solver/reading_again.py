"""Designs that a solver made, as whoever copies one out of a report has them: printed, parsed and checked."""

from __future__ import annotations

from clausewise.dsl.models.admission import admit
from clausewise.dsl.models.check_design import check_design
from clausewise.dsl.models.deployment import Deployment
from clausewise.dsl.models.written import design_of
from clausewise.dsl.parsing.parser import parse
from clausewise.dsl.printing.trees import print_tree
from clausewise.dsl.text.diagnostic import Diagnostic, has_errors
from clausewise.dsl.text.source import Source


class NotConfirmedError(Exception):
    """What is to be shown is not what it was found for, by its text or by the judge. That is a bug of ours."""


def read_again(deployment: Deployment, judged_by: str) -> Deployment:
    """The deployment that comes of its own text. Whatever is shown is judged so, too.

    Args:
        judged_by: the policy that its text names.

    Raises:
        NotConfirmedError: its text has mistakes.
    """
    text = print_tree(design_of(deployment, (judged_by,)))
    source = Source(deployment.source.path, text)
    tree, mistakes = parse(source, "design")
    _refuse(mistakes)
    assert tree is not None
    found, mistakes = check_design(tree, source, deployment.vocabulary)
    _refuse(mistakes)
    return admit(found)


def _refuse(mistakes: list[Diagnostic]) -> None:
    if has_errors(mistakes):
        raise NotConfirmedError(*[mistake.message for mistake in mistakes])
