"""The front door: `mdmameta` on the command line."""

from mdmameta.cli.main import main

__all__ = ["main"]
