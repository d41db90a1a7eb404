"""The pieces of the page that compares pictures."""
