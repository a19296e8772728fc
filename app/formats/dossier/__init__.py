"""A dossier as a page of HTML, as PDF and as Markdown, from one content."""
