"""Relevance maps that say why a network found an event."""
