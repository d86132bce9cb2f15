"""Events, event sets and hypnograms, and one module per file format."""
