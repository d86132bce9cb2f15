"""Data sets, windows, cross-validation and fitting."""
