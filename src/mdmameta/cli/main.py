"""The command group, its errors and its lazily loaded commands."""

from __future__ import annotations

import sys
from importlib import import_module
from typing import Any

import click

from mdmameta import __version__
from mdmameta.errors import MetaError

#: Command -> module that defines it, so that ``--help`` loads no numerics.
_COMMANDS = {
    "validate": "mdmameta.cli.tables",
    "audit": "mdmameta.cli.audit",
    "derive": "mdmameta.cli.tables",
    "verify": "mdmameta.cli.verify",
    "trace": "mdmameta.cli.lineage",
    "impact": "mdmameta.cli.lineage",
    "diff": "mdmameta.cli.diff",
    "fit": "mdmameta.cli.fit",
    "sensitivity": "mdmameta.cli.analyses",
    "report": "mdmameta.cli.render",
    "new": "mdmameta.cli.new",
    "plugins": "mdmameta.cli.plugins",
    "cache": "mdmameta.cli.cache",
}

#: Exit code for wrong usage or bad data; 1 is for a check that failed.
BAD_INPUT = 2

_EPILOG = """\b
Examples:
  mdmameta validate                     check the raw tables
  mdmameta audit                        which numbers cannot be right?
  mdmameta derive --check               are the derived files up to date?
  mdmameta trace ptsd-primary/reml-kh   where does this number come from?
  mdmameta impact TAPER2021             what rests on this document?
  mdmameta diff HEAD~5                  what changed, and what did it move?
  mdmameta fit                          the primary contrast
  mdmameta fit --from-csv my.csv --yi y --vi v
  mdmameta sensitivity blinding         what if blinding failed?
  mdmameta report                       render the report

\b
Exit codes: 0 it ran, whatever the verdict; 1 a check failed;
2 wrong usage or bad data.
"""


class _Group(click.Group):
    """Loads a command's module when the command is used; prints no traceback."""

    def list_commands(self, ctx: click.Context) -> list[str]:
        """Names in the order of work, not of the alphabet."""
        return list(_COMMANDS)

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:
        """Import the command on first use."""
        if cmd_name not in _COMMANDS:
            return None
        command: click.Command = getattr(import_module(_COMMANDS[cmd_name]), cmd_name)
        return command

    def main(self, *args: Any, **extra: Any) -> Any:
        """Spell out characters that the encoding of standard output lacks."""
        reconfigure = getattr(sys.stdout, "reconfigure", None)
        if reconfigure is not None:
            reconfigure(errors="backslashreplace")
        return super().main(*args, **extra)

    def invoke(self, ctx: click.Context) -> Any:
        """Turn errors of the package and of files into a message and an exit code."""
        try:
            return super().invoke(ctx)
        except BrokenPipeError:
            raise  # click ends quietly when the reader of a pipe has gone
        except (MetaError, OSError) as error:
            click.secho(f"Error: {error}", fg="red", err=True)
            ctx.exit(BAD_INPUT)


@click.group(
    cls=_Group,
    epilog=_EPILOG,
    context_settings={"help_option_names": ["-h", "--help"], "max_content_width": 88},
)
@click.version_option(__version__, prog_name="mdmameta")
def main() -> None:
    """Meta-analysis and reports in which every number can be walked back."""
