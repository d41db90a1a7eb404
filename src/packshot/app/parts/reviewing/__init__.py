"""The pieces of the page on which people decide what may be sold where."""
