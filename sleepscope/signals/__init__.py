"""Arrays and rates only: filters, resampling, envelopes, features."""
