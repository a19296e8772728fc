"""The desk as an application that servers run (docs/desk.md, "Behind a proxy")."""

from __future__ import annotations

import os

from django.core.wsgi import get_wsgi_application

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "clausewise.desk.site.settings")
application = get_wsgi_application()
