"""`python -m packshot` is the command `packshot`."""

from packshot.cli.main import main

main()
