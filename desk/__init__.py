"""The desk: applications from the interview to the signed letter, in a browser (docs/desk.md)."""
