"""Views are driven by real mouse and key events and judged by their signals and pixels."""
