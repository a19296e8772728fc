"""The language: text and JSON in, checked models out. Imports nothing else of Clausewise."""
