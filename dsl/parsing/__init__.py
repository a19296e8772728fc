"""Text to trees. The only room that knows Lark."""
