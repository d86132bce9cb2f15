"""The window: state, pixels and wiring. Qt lives here and nowhere else."""
