"""The texts of mail, as an application of Django."""

from __future__ import annotations

from django.apps import AppConfig


class MailConfig(AppConfig):
    """It has templates, and no tables of its own."""

    name = "clausewise.desk.mail"
    label = "mail"
