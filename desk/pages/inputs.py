"""Inputs of forms: what is written on one line of a design is one line, whatever a browser sends."""

from __future__ import annotations

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _


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
