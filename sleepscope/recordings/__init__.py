"""A polysomnography file on disk becomes a Recording: channels, rates, units, lazy reads."""
