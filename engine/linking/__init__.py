"""Links policies: resolves names, checks types, and translates a policy's syntax tree to the core language."""
