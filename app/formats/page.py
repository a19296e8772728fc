"""A page of HTML that needs nothing else: no script, no font, no request."""

from __future__ import annotations

from clausewise.formats.escaping import html


def page(title: str, style: str, body: str) -> str:
    """The page. Whatever came into its body all the same, a browser runs and fetches nothing.

    Args:
        title: plain text.
        style: in CSS.
        body: in HTML, escaped where it must be.
    """
    return f"""<!DOCTYPE html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta http-equiv="Content-Security-Policy" content="default-src 'none'; style-src 'unsafe-inline'">
<meta name="generator" content="Clausewise">
<title>{html(title)}</title>
<style>{style}</style>
</head>
<body>
{body}</body>
</html>
"""
