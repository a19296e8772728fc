"""What whoever runs Clausewise says about a run: `clausewise.toml`, the environment, and flags above both."""
