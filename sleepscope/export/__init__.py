"""Event tables and sidecars, written whole or not at all."""
