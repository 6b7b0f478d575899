"""`python -m sesops`."""

from sesops.cli.app import main

main()
