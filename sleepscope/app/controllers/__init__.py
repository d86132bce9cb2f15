"""What the actions do: each controller joins the session with dialogs for one part of the work."""
