"""A command's work, from paths to an exit code, without Typer."""
