"""Benchmarks: `python -m tests.benchmarks.NAME` prints a table and, last, one JSON object."""
