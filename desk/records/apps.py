"""The tables, as an application of Django."""

from __future__ import annotations

from django.apps import AppConfig


class RecordsConfig(AppConfig):
    """Its name is that of the package; its tables begin with `records_`."""

    name = "clausewise.desk.records"
    label = "records"
