"""Tests of matching, scores and disagreements."""
