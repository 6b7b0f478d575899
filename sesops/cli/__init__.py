"""The command line: one file per command. Command modules import Typer and the standard library; the rest inside."""
