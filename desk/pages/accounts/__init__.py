"""Pages about people: signing in, who works at the desk, who belongs to an organisation, who is told what."""
