"""One-to-one matching of events, scores, disagreements."""
