"""What a terminal is shown, whatever it is about."""
