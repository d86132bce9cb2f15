"""Tests of the night summary."""
