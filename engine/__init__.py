"""Policies linked, deployments judged, verdicts explained. Imports only the language (`clausewise.dsl`)."""
