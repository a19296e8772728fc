"""What may be done with an application, by whom and when, and how it is done: whole, or not at all."""
