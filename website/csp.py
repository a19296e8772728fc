"""A page's Content-Security-Policy: it loads from the website alone, and runs no script that is not ours.

Zensical writes a few short scripts into each page. Each is allowed by its digest, so that no other could run. A
worker that is loaded by its address is held to no policy of the page, but one that the page writes itself is.
"""

from __future__ import annotations

import re
from base64 import b64encode
from hashlib import sha256

INLINE = re.compile(r"<script>(.*?)</script>", re.DOTALL)
HEAD = '<meta charset="utf-8">'


def with_policy(page: str, *, judges: bool = False) -> str:
    """The page, with its policy as the first thing that a browser reads.

    Args:
        page: as Zensical makes it.
        judges: whether it runs Python, as WebAssembly, in a worker that it writes.

    Raises:
        ValueError: it is no page of Zensical's.
    """
    digests = dict.fromkeys(f"'sha256-{_digest(script)}'" for script in INLINE.findall(page))
    content = "; ".join(
        [
            "default-src 'none'",
            " ".join(["script-src 'self'", *digests, *(["'wasm-unsafe-eval'"] if judges else [])]),
            "style-src 'self' 'unsafe-inline'",
            "img-src 'self' data:",
            "connect-src 'self'",
            "worker-src 'self' blob:" if judges else "worker-src 'self'",
            "manifest-src 'self'",
            "base-uri 'none'",
            "form-action 'none'",
        ]
    )
    if HEAD not in page:
        raise ValueError("there is no head in which the policy could stand")
    meta = f'<meta http-equiv="Content-Security-Policy" content="{content}">'
    return page.replace(HEAD, HEAD + meta, 1)


def _digest(script: str) -> str:
    return b64encode(sha256(script.encode()).digest()).decode()
