"""The command line: parses, calls one workflow function, renders. One file per group of commands."""
