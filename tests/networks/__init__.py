"""Networks: their interface, weights on disk, registry and architectures."""
