"""What an editor shows and offers, as plain values: text in, values out. No protocol is known here."""
