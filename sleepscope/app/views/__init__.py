"""Views: they announce what the person wants and show what they are given."""
