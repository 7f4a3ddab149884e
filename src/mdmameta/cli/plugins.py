"""The command that lists what other packages add."""

from __future__ import annotations

import click

from mdmameta.cli.options import emit, json_option


@click.command(epilog="Example:  mdmameta plugins --json -")
@json_option
def plugins(json_path: str | None) -> None:
    """List extensions of installed packages, the broken ones too.

    Packages announce them as entry points of the groups mdmameta.measures,
    .models, .priors, .bias, .sensitivity, .figures and .sections.
    """
    from mdmameta.plugins import GROUPS, plugin_frame
    from mdmameta.plugins import plugins as installed

    found = installed()
    lines = []
    for group, contract in GROUPS.items():
        lines += [f"{group}: each {contract.meaning}"]
        of_group = [one for one in found if one.group == group]
        for one in of_group:
            lines += [f"  {one.name}  {one.target}  ({one.package})"]
            lines += [f"    BROKEN: {one.problem}"] if one.problem else []
        lines += [] if of_group else ["  none"]
    payload = {"plugins": plugin_frame(found).to_dict("records")}
    emit("\n".join(lines), payload, json_path)
