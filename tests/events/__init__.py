"""Tests of events, hypnograms and the readers of their files."""
