"""Verdicts, outcomes and names in templates."""

from __future__ import annotations

from datetime import date
from typing import Any

from django import template
from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _

from clausewise.desk.records.models import State
from clausewise.desk.workflow.today import today
from clausewise.dsl.text.names import in_words
from clausewise.engine.core.outcomes import Verdict
from clausewise.formats.dossier.page import MARKS_OF_VERDICTS
from clausewise.formats.report.heading import SAID

register = template.Library()


@register.simple_tag
def verdict(value: str, words: str = "") -> SafeString | str:
    """A verdict as a tag, with a mark, so that colour is not all that tells it from another."""
    if not value:
        return ""
    found = Verdict(value)
    shown = words or in_words(found.value)
    return format_html(
        '<strong class="tag {}"><span aria-hidden="true">{} </span>{}</strong>',
        found.value,
        MARKS_OF_VERDICTS[found],
        shown[:1].upper() + shown[1:],
    )


@register.simple_tag
def state(value: str, *, submitted: bool = False) -> SafeString:
    """The state of an application as a tag; a draft that was submitted before is with the applicant."""
    found = State(value)
    words = _("With the applicant") if found == State.DRAFT and submitted else found.label
    return format_html('<strong class="tag {}">{}</strong>', found.value, words)


@register.simple_tag
def verdict_words(judged: Any) -> str:
    """What the policy calls the verdict."""
    words: str = judged.report.verdict_shown
    return words.replace("-", " ")


@register.simple_tag
def counts(judged: Any) -> str:
    """How many clauses came to what, in words."""
    return ", ".join(f"{count} {SAID[outcome]}" for outcome, count in judged.counts.items())


@register.filter
def marked(text: object) -> SafeString:
    """A text in which what stands between two backticks is written in the language."""
    parts = str(text).split("`")
    pieces = (
        ("<code>{}</code>" if number % 2 else "{}", part) for number, part in enumerate(parts)
    )
    return SafeString("".join(format_html(form, part) for form, part in pieces))


@register.filter
def is_over(day: date) -> bool:
    """Whether a day is over."""
    return day < today()


@register.filter
def words(name: object) -> str:
    """A name in words."""
    return in_words(str(name))
