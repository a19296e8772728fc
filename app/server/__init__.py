"""The language server: the only door to pygls. What it says is worked out in `app/editor/`."""
