"""The desk as an application that servers run (docs/desk.md, "Behind a proxy")."""

from __future__ import annotations

import os

from django.core.wsgi import get_wsgi_application

from clausewise.desk.interview.forms import warmed
from clausewise.workers.warm import WarmWorkers, try_first_in

WORKERS = 2
"""At most, for each process of a server: so that one who sends what takes long does not hold up all others."""

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "clausewise.desk.site.settings")
application = get_wsgi_application()
workers = WarmWorkers(warmed, WORKERS)
workers.start()
warmed()
try_first_in(workers)
