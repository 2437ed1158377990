"""Command lines: `python -m corticomotor.commands.<name> --help`."""
