"""What questions to a solver take, from paths to an exit code."""
