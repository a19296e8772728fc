"""Laws over all designs, proved or refuted; and what changes from one policy to another."""
