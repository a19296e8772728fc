"""The commands, as Typer reads them. What they do is imported when they run."""
