"""Designs that a solver made, as whoever copies one out of a report has them: printed, parsed and checked."""

from __future__ import annotations

from clausewise.dsl.models.admission import admit
from clausewise.dsl.models.check_design import check_design
from clausewise.dsl.models.deployment import Deployment
from clausewise.dsl.models.written import design_of
from clausewise.dsl.parsing.parser import parse
from clausewise.dsl.printing.trees import print_tree
from clausewise.dsl.text.diagnostic import InvalidError, has_errors
from clausewise.dsl.text.source import Source


def read_again(deployment: Deployment, judged_by: str) -> Deployment:
    """The deployment that comes of its own text. Whatever is shown is judged so, too.

    Args:
        judged_by: the policy that its text names.

    Raises:
        InvalidError: its text has mistakes. That is a bug of ours.
    """
    text = print_tree(design_of(deployment, (judged_by,)))
    source = Source(deployment.source.path, text)
    tree, problems = parse(source, "design")
    if tree is None or has_errors(problems):
        raise InvalidError(problems)
    found, problems = check_design(tree, source, deployment.vocabulary)
    if has_errors(problems):
        raise InvalidError(problems)
    return admit(found)
