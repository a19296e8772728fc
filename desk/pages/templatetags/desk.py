"""Verdicts, outcomes and names in templates."""

from __future__ import annotations

from datetime import date
from typing import Any

from django import template
from django.forms import BoundField
from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _, gettext_lazy

from clausewise.desk.interview.called import in_own_words
from clausewise.desk.interview.drafts import Draft
from clausewise.desk.interview.questions import asked_about, entity_of
from clausewise.desk.records.models import State
from clausewise.desk.workflow.today import today
from clausewise.dsl.text.names import in_words
from clausewise.engine.core.outcomes import Outcome, Verdict
from clausewise.formats.dossier.page import MARKS_OF_VERDICTS

register = template.Library()
VERDICTS = {
    Verdict.PROHIBITED: gettext_lazy("prohibited"),
    Verdict.NEEDS_INFORMATION: gettext_lazy("needs information"),
    Verdict.NEEDS_REVIEW: gettext_lazy("needs review"),
    Verdict.PERMITTED: gettext_lazy("permitted"),
    Verdict.NOT_APPLICABLE: gettext_lazy("not applicable"),
}
OUTCOMES = {
    Outcome.VIOLATED: gettext_lazy("violated"),
    Outcome.UNDETERMINED: gettext_lazy("undetermined"),
    Outcome.REVIEW: gettext_lazy("in review"),
    Outcome.MET: gettext_lazy("met"),
    Outcome.NOT_APPLICABLE: gettext_lazy("not applicable"),
}
ANSWERS = {
    "none": gettext_lazy("None"),
    "yes": gettext_lazy("Yes"),
    "no": gettext_lazy("No"),
    "unknown": gettext_lazy("I don’t know yet"),  # noqa: RUF001 - as the template has it
}
"""What pages offer for words that are values of every vocabulary."""
EVENTS = {
    "appeal": gettext_lazy("appeal"),
    "approve": gettext_lazy("approve"),
    "approve-with-conditions": gettext_lazy("approve with conditions"),
    "ask": gettext_lazy("ask"),
    "assign": gettext_lazy("assign"),
    "attach": gettext_lazy("send evidence"),
    "change-roles": gettext_lazy("change roles"),
    "claim": gettext_lazy("claim"),
    "close-task": gettext_lazy("close a task"),
    "edit": gettext_lazy("edit"),
    "enter": gettext_lazy("enter a person"),
    "erase": gettext_lazy("erase details"),
    "erase-old": gettext_lazy("erase what is old"),
    "fulfil": gettext_lazy("open for conditions"),
    "give-back": gettext_lazy("give back"),
    "inform": gettext_lazy("tell the applicant"),
    "invite": gettext_lazy("invite"),
    "judge": gettext_lazy("judge a fact"),
    "judge-again": gettext_lazy("judge again"),
    "make-token": gettext_lazy("make a token"),
    "new-key": gettext_lazy("new key"),
    "opine": gettext_lazy("say how to decide"),
    "pin-form": gettext_lazy("pin a form"),
    "recuse": gettext_lazy("declare a conflict"),
    "refuse": gettext_lazy("refuse"),
    "register": gettext_lazy("register"),
    "release": gettext_lazy("release"),
    "remove-second-factor": gettext_lazy("remove a second factor"),
    "reopen": gettext_lazy("have decided again"),
    "reply": gettext_lazy("reply"),
    "take-back": gettext_lazy("take a question back"),
    "revoke": gettext_lazy("revoke"),
    "set-deadline": gettext_lazy("set a deadline"),
    "set-second-factor": gettext_lazy("set up a second factor"),
    "start": gettext_lazy("begin"),
    "start-from": gettext_lazy("begin with an earlier one"),
    "submit": gettext_lazy("submit"),
    "take-off-second-factor": gettext_lazy("take off a second factor"),
    "take-out": gettext_lazy("take out a member"),
    "take-out-token": gettext_lazy("take out a token"),
    "withdraw": gettext_lazy("withdraw"),
}
"""What the events of the audit trail are called."""


@register.simple_tag
def verdict(value: str, words: str = "") -> SafeString | str:
    """A verdict as a tag, with a mark, so that colour is not all that tells it from another."""
    if not value:
        return ""
    found = Verdict(value)
    shown = words or str(VERDICTS[found])
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
    """What the policy calls the verdict, or else we."""
    verdict, words = judged.report.verdict, judged.report.verdict_shown
    return str(VERDICTS[verdict]) if words == verdict.value else words.replace("-", " ")


@register.simple_tag
def counts(judged: Any) -> str:
    """How many clauses came to what, in words."""
    return ", ".join(f"{count} {OUTCOMES[outcome]}" for outcome, count in judged.counts.items())


@register.filter
def marked(text: object) -> SafeString:
    """A text in which what stands between two backticks is written in the language.

    But for what pages offer as answers: these are called there as the page calls them.
    """
    parts = str(text).split("`")
    pieces = (_part(part, is_code=number % 2 == 1) for number, part in enumerate(parts))
    return SafeString("".join(pieces))


def _part(part: str, *, is_code: bool) -> str:
    if is_code and part in ANSWERS:
        return format_html("“{}”", ANSWERS[part])
    return format_html("<code>{}</code>" if is_code else "{}", part)


@register.filter
def said(text: object) -> str:
    """A text as `marked` has it, where there is no room for code, such as in a title."""
    parts = str(text).split("`")
    return "".join(
        f"“{ANSWERS[part]}”" if number % 2 and part in ANSWERS else part
        for number, part in enumerate(parts)
    )


@register.filter
def before_more(label: object) -> str:
    """The label of an input as what is said of that follows: with a colon, if no other mark ends it."""
    words = str(label)
    return words if words.endswith(("?", ".", ":")) else f"{words}:"


@register.filter
def bare(field: BoundField) -> SafeString:
    """An input without words in it that go once something is written: its label says them already."""
    field.field.widget.attrs.pop("placeholder", None)
    return SafeString(field)


@register.filter
def called(text: object, about: Any) -> str:
    """A sentence in which entities are as people call them, in an application or a draft."""
    return in_own_words(str(text), about.called if about else {})


@register.filter
def asking(fact: object, draft: Draft | None) -> str:
    """What is asked about a fact of a draft; nothing if what it is about is not listed there any more."""
    try:
        return asked_about(draft, *entity_of(str(fact))).question.ask if draft else ""
    except (KeyError, StopIteration, ValueError):
        return ""


@register.filter
def outcome(found: Outcome) -> str:
    """What an outcome is called."""
    return str(OUTCOMES[found])


@register.filter
def event(kind: str) -> str:
    """What an event of the audit trail is called."""
    return str(EVENTS.get(kind, in_words(kind)))


@register.filter
def translated(text: object) -> str:
    """A sentence from where nothing is known of languages, such as why an answer was refused."""
    return _(str(text)) if text else ""


@register.filter
def is_over(day: date) -> bool:
    """Whether a day is over."""
    return day < today()


@register.filter
def words(name: object) -> str:
    """A name in words."""
    return in_words(str(name))
