"""`python -m migrate.cli` is the command `hubshift`."""

from migrate.cli import main

main()
