"""What cases try of a policy."""
