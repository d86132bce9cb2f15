"""Windows of signal, probability tracks, events."""
