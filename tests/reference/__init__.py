"""The meaning of the language a second time: a naive judge, written from docs/language.md alone."""
