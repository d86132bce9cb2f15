"""Dialogs: each asks without blocking and hands a frozen answer to whoever asked."""
