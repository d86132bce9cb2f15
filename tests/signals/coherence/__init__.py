"""Wavelet coherence."""
