"""Tests of the solver, against the judges and against itself."""
