"""Explanations: Grad-CAM, receptive fields, and what they say about events."""
