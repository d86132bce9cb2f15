"""One architecture per file, their registry, weights and model cards."""
