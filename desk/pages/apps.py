"""The pages, as an application of Django: its templates and its style sheet."""

from __future__ import annotations

from django.apps import AppConfig


class PagesConfig(AppConfig):
    """It has no tables."""

    name = "clausewise.desk.pages"
    label = "pages"

    def ready(self) -> None:
        """Listen to what allauth does with addresses and second factors."""
        from clausewise.desk.pages.accounts import addresses, second_factor

        addresses.listen()
        second_factor.listen()
