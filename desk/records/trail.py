"""The tables of the audit trail (`audit`)."""

from __future__ import annotations

from django.db import models


class AuditDetail(models.Model):
    """What an event says in detail, with a salt, under the digest of both; `None` once it is erased."""

    digest = models.CharField(max_length=64, primary_key=True)
    text = models.TextField(null=True)

    def __str__(self) -> str:
        return self.text or ""


class AuditEvent(models.Model):
    """Something that was done. Ids, and no references: an event outlives what it tells of."""

    number = models.PositiveBigIntegerField(primary_key=True)
    at = models.DateTimeField()
    kind = models.CharField(max_length=40)
    person = models.BigIntegerField(null=True)
    application = models.BigIntegerField(null=True, db_index=True)
    detail = models.CharField(max_length=64)
    previous = models.CharField(max_length=64, unique=True)
    digest = models.CharField(max_length=64, unique=True)

    @property
    def cause(self) -> str:
        """The event as the cause of a mail."""
        return f"event {self.number}"


class AuditHead(models.Model):
    """The newest event: the one row that each writer locks."""

    number = models.PositiveBigIntegerField()
    digest = models.CharField(max_length=64)
