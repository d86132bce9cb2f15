"""Simulated nights: what is planted is there, and looks like sleep."""
