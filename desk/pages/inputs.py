"""Inputs of forms: a text that is one line, whatever a browser sends; and a day, as people write it.

Names of months are those of the languages that a browser says its reader knows, as Django has them.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from contextvars import ContextVar
from datetime import date
from functools import lru_cache
from typing import Any

from django import forms
from django.core.exceptions import NON_FIELD_ERRORS
from django.http import HttpRequest, HttpResponse
from django.utils import translation
from django.utils.dates import MONTHS, MONTHS_3, MONTHS_ALT, MONTHS_AP
from django.utils.formats import date_format
from django.utils.translation import gettext_lazy as _
from django.utils.translation.trans_real import parse_accept_lang_header

from clausewise.desk.interview.called import is_seen
from clausewise.desk.interview.days import AmbiguousDayError, Months, folded, written_day

MOST_LANGUAGES = 5
"""Of those that a browser names, the first count: each is read from a file."""
CHANGED = _("It was changed meanwhile. Look at it as it is now, and send this again")
"""What is said where somebody acts on what is not what they were shown."""
_ON_ANOTHER = "changed"
_READER: ContextVar[Months] = ContextVar("months", default=())


_LINE_ENDS = re.compile("\r\n|[\r\u2028\u2029]")
_NOT_WRITTEN = re.compile("[\0-\x08\x0b-\x1f\x7f-\x9f\u202a-\u202e\u2066-\u2069]")
"""Nobody types these. Some turn the direction of all that follows on the line, be it by somebody else; the marks
with which people who write from right to left set one sign right are not among them."""


def written_lines(text: str) -> str:
    """What somebody wrote in several lines, which end as ours do, without what is no writing."""
    return _NOT_WRITTEN.sub("", _LINE_ENDS.sub("\n", text))


def written_in(request: HttpRequest, name: str, most: int) -> str:
    """A text of several lines that was sent beside a form."""
    return written_lines(request.POST.get(name, "")).strip()[:most]


def say_changed(form: forms.Form) -> None:
    """Add to what is wrong with a form that it acts on what is not what its sender was shown."""
    form.add_error(None, forms.ValidationError(CHANGED, code=_ON_ANOTHER))


def status_of(form: forms.Form) -> int:
    """The status of the page that shows a form again, or for the first time."""
    if form.has_error(NON_FIELD_ERRORS, _ON_ANOTHER):
        return 409
    return 422 if form.errors else 200


class OneLine(forms.CharField):
    """A text that stands on one line: lines that follow are joined to it, and what is not seen is refused."""

    def to_python(self, value: Any) -> str:
        """The text on one line."""
        given = super().to_python(value)
        return " ".join((given or "").split())

    def validate(self, value: Any) -> None:
        """Refuse what is not seen, such as a control character.

        Raises:
            ValidationError: it holds some.
        """
        super().validate(value)
        if not is_seen(value):
            raise forms.ValidationError(
                _("A character that is not seen stands in it: type it anew")
            )


class WrittenLines(forms.CharField):
    """A text of several lines, as `written_lines` has it: browsers end them otherwise than we do.

    Else no text of several lines that was sent back as it was shown would be the same.
    """

    widget = forms.Textarea

    def to_python(self, value: Any) -> str:
        """The text in lines of ours."""
        return written_lines(str(super().to_python(value)))


class DayField(forms.DateField):
    """A day. It is shown, and can be written, as people write it; a calendar is not always at hand."""

    widget = forms.TextInput

    def __init__(self, **rest: Any) -> None:
        rest.setdefault("help_text", _("For example, 3 December 2026, 3.12.2026 or 2026-12-03"))
        super().__init__(**rest)
        self.widget.attrs |= {"class": "w20", "autocomplete": "off"}

    def to_python(self, value: Any) -> date | None:
        """The day that was written.

        Raises:
            ValidationError: it is none, or can be two.
        """
        if value in self.empty_values:
            return None
        if isinstance(value, date):
            return value
        try:
            return written_day(str(value)[:50], months())
        except AmbiguousDayError:
            raise forms.ValidationError(
                _("Either number can be the month: write it as a word, as in 3 December 2026")
            ) from None
        except ValueError:
            raise forms.ValidationError(
                _("Write a day, such as 3 December 2026, 3.12.2026 or 2026-12-03")
            ) from None

    def prepare_value(self, value: Any) -> Any:
        """The day in words, or what was written."""
        return date_format(value, "j F Y") if isinstance(value, date) else value


# the months of whoever writes a day


def months() -> Months:
    """Those of whoever asks for this page, beside the English ones."""
    return _READER.get()


def months_of_reader(
    get_response: Callable[[HttpRequest], HttpResponse],
) -> Callable[[HttpRequest], HttpResponse]:
    """The middleware that takes down which months somebody knows, before a form reads a day."""

    def answered(request: HttpRequest) -> HttpResponse:
        before = _READER.set(_in(request.headers.get("Accept-Language", "")))
        try:
            return get_response(request)
        finally:
            _READER.reset(before)

    return answered


def _in(header: str) -> Months:
    languages = [name for name, _ in parse_accept_lang_header(header.lower())][:MOST_LANGUAGES]
    return [pair for language in languages for pair in _of(language)]


@lru_cache(maxsize=128)
def _of(language: str) -> Months:
    """The names of one language, in all cases and lengths; none if Django does not speak it."""
    known = [one for one in (language, language.partition("-")[0]) if _is_known(one)]
    if not known or known[0].startswith("en"):
        return ()
    with translation.override(known[0]):
        tables = (MONTHS, MONTHS_ALT, MONTHS_3, MONTHS_AP)
        names = {
            (folded(str(name).rstrip(".")), number)
            for one in tables
            for number, name in one.items()
        }
    return tuple(sorted(names))


def _is_known(language: str) -> bool:
    return translation.check_for_language(language)
