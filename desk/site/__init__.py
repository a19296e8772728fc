"""The site: its settings, its addresses, and what stands around each page."""
