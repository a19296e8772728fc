"""The desk's own settings, but for a database in memory, and passwords that are hashed quickly.

With `DESK_SQLITE` in the environment, the database is this file, so that other processes see it. With
`DESK_POSTGRESQL`, the database is that of the server whose socket lies in this folder.
"""

from __future__ import annotations

import os

from clausewise.desk.site.settings import *  # noqa: F403

DATABASES = {
    "default": {
        "ENGINE": "django.db.backends.sqlite3",
        "NAME": ":memory:",
        "OPTIONS": {"transaction_mode": "IMMEDIATE"},
    }
}
if file := os.environ.get("DESK_SQLITE"):
    DATABASES["default"]["TEST"] = {"NAME": file}
if folder := os.environ.get("DESK_POSTGRESQL"):
    DATABASES["default"] = {
        "ENGINE": "django.db.backends.postgresql",
        "NAME": "postgres",
        "USER": "desk",
        "HOST": folder,
    }
CACHES = {"default": {"BACKEND": "django.core.cache.backends.locmem.LocMemCache"}}
PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]
ALLOWED_HOSTS = ["testserver", "localhost"]
