"""What people give, to checked and admitted deployments, and the policies to judge them by."""
