"""How many steps a policy takes in a design, counted before it is judged."""
