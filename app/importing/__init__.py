"""What infrastructure code and recorded calls say of a deployment, as facts that name where they come from.

Whatever is imported goes one way. A format is read (the table in `formats` names who reads it) to what is `seen`
in it; the `rules` of a vocabulary say what that means (`findings`); and a design is brought up to date with the
facts that follow (`updating`), or compared with them (`drift`).
"""
