"""Evidence as files: what is accepted, and where it is kept, outside of all that is served."""
