"""The tables of people: who they are, what they may do, and what each keeps for themselves."""

from __future__ import annotations

from typing import ClassVar

from django.contrib.auth.base_user import AbstractBaseUser, BaseUserManager
from django.db import models
from django.utils.translation import gettext_lazy as _


class Role(models.TextChoices):
    """What somebody may do. Who applies needs none: they belong to an organisation."""

    REVIEWER = "reviewer", _("Reviewer")
    LEAD = "lead", _("Lead")
    ADMINISTRATOR = "administrator", _("Administrator")
    AUDITOR = "auditor", _("Auditor")


REVIEWING = (Role.REVIEWER, Role.LEAD)
"""The roles that review: a lead may what a reviewer may, and more."""


class Organisation(models.Model):
    """Who applies."""

    name = models.CharField(_("name"), max_length=200)
    created_at = models.DateTimeField(auto_now_add=True)

    def __str__(self) -> str:
        return self.name


class People(BaseUserManager["Person"]):
    """Makes people."""

    def create_user(self, email: str, password: str | None, **values: object) -> Person:
        """A person who can sign in."""
        person = self.model(email=self.normalize_email(email).lower(), **values)
        person.set_password(password)
        person.save(using=self._db)
        return person


class Person(AbstractBaseUser):
    """Somebody who can sign in, by their address.

    Attributes:
        registers: the name of the organisation that they register, until their address is shown to be theirs.
        wants_mail: whether they are told by mail of what waits for a reviewer. Of what happens to an application
            of theirs everybody is told.
    """

    email = models.EmailField(_("e-mail address"), unique=True)
    name = models.CharField(_("name"), max_length=150)
    organisation = models.ForeignKey(
        Organisation, models.PROTECT, null=True, blank=True, related_name="members"
    )
    registers = models.CharField(max_length=200, blank=True)
    is_active = models.BooleanField(default=True)
    wants_mail = models.BooleanField(default=False)
    created_at = models.DateTimeField(auto_now_add=True)

    objects = People()
    USERNAME_FIELD = "email"
    REQUIRED_FIELDS: ClassVar[list[str]] = ["name"]

    def __str__(self) -> str:
        return self.name

    def has_role(self, role: Role) -> bool:
        """Whether they may do what a role may."""
        roles = REVIEWING if role == Role.REVIEWER else (role,)
        return self.grants.filter(role__in=roles).exists()


class Grant(models.Model):
    """A role that somebody has."""

    person = models.ForeignKey(Person, models.CASCADE, related_name="grants")
    role = models.CharField(max_length=20, choices=Role)
    created_at = models.DateTimeField(auto_now_add=True)

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["person", "role"], name="one_grant_of_a_role")
        ]


class Conflict(models.Model):
    """Somebody has an interest in an organisation, and reviews nothing of it from then on."""

    person = models.ForeignKey(Person, models.CASCADE, related_name="conflicts")
    organisation = models.ForeignKey(Organisation, models.CASCADE, related_name="+")
    reason = models.TextField()
    created_at = models.DateTimeField(auto_now_add=True)

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["person", "organisation"], name="one_conflict")
        ]


class AccessToken(models.Model):
    """By which a program applies in somebody's name. Its digest alone is kept."""

    person = models.ForeignKey(Person, models.CASCADE, related_name="tokens")
    name = models.CharField(max_length=60)
    digest = models.CharField(max_length=64, unique=True)
    created_at = models.DateTimeField(auto_now_add=True)
    ends = models.DateTimeField()
    used_at = models.DateTimeField(null=True)


class SavedView(models.Model):
    """A view of the queue that somebody keeps: what it is filtered and sorted by, as its address says it."""

    person = models.ForeignKey(Person, models.CASCADE, related_name="saved_views")
    name = models.CharField(max_length=60)
    query = models.CharField(max_length=2000)

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["person", "name"], name="one_view_a_name")
        ]
