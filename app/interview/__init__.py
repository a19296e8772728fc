"""One question at a time about a design, each answer written into it: a session as a state machine."""
