"""The pieces of the page on which people score pictures."""
