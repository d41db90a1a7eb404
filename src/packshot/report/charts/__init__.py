"""Charts of a report: one definition each, rendered to SVG. Altair is imported when the first is drawn."""
