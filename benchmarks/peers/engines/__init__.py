"""One module an engine; each has `load(mode, work)`, and says what it can express."""
