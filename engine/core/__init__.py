"""The core language: what the linker makes of a policy, and what every backend reads."""
