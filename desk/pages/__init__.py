"""The pages: what each address shows, and what is done with what it is sent."""
