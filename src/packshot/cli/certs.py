"""`packshot certs …`: certificates that released files are signed with."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from packshot.cli.app import app
from packshot.cli.output import print_json, print_note, say
from packshot.cli.parameters import AsJson

group = typer.Typer(help="Certificates that released files are signed with (C2PA).", no_args_is_help=True)
app.add_typer(group, name="certs")


@group.command(epilog="Example:  packshot certs dev certificates")
def dev(
    folder: Annotated[Path, typer.Argument(help="Where to: nothing in it is overwritten.")],
    as_json: AsJson = False,
) -> None:
    """Make a certificate chain FOR TESTS: a CA and a signer below it, valid for a year. Nobody else trusts it."""
    from datetime import UTC, datetime

    from packshot.metadata import make_dev_chain

    made = make_dev_chain(folder, datetime.now(UTC))
    if as_json:
        files = {"ca": str(made.ca), "certificates": str(made.team.certificates), "key": str(made.team.key)}
        print_json("certs", files | {"for_tests_only": True})
        return
    say(f"  {'certificates':<14} {made.team.certificates}")
    say(f"  {'key':<14} {made.team.key}  (readable by you alone)")
    say(f"  {'CA':<14} {made.ca}  (whoever verifies names it as trusted)")
    print_note("FOR TESTS ONLY: no shop and no reader trusts this chain. Release with certificates of a real CA.")
