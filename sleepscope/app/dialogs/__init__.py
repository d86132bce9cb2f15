"""Dialogs: each returns a frozen settings object."""
