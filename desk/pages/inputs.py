"""Inputs of forms: a text that is one line, whatever a browser sends; and a day, as people write it."""

from __future__ import annotations

from datetime import date
from typing import Any

from django import forms
from django.http import HttpRequest
from django.utils.formats import date_format
from django.utils.translation import gettext_lazy as _

from clausewise.desk.interview.days import AmbiguousDayError, written_day


def written_in(request: HttpRequest, name: str, most: int) -> str:
    """A text of several lines that was sent beside a form, without the character that no database keeps."""
    return request.POST.get(name, "").replace("\0", "").strip()[:most]


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
        if not value.isprintable():
            raise forms.ValidationError(
                _("A character that is not seen stands in it: type it anew")
            )


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
            return written_day(str(value)[:50])
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
