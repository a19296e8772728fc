"""What became of laws."""
