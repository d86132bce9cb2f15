"""The review file: scorers, events, verdicts and an append-only log of edits."""
