"""The changes of the database, in order.

Django looks for them in the folders of this package's path, and in none below: so those that fill a folder move
into one of their own, which is named here, and keep their names.
"""

from __future__ import annotations

from pathlib import Path

__path__.append(str(Path(__file__).parent / "to_0010"))
