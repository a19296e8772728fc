"""Small changes of a text: a value, a line, a block, with all else kept as it was, byte for byte."""
