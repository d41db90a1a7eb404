"""`packshot tokens`: who may use the API, and the studio where it is shared."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated, Any

import typer

from packshot.cli.app import app, workbench
from packshot.cli.output import print_json, say, table
from packshot.cli.parameters import AsJson
from packshot.errors import UsageError

if TYPE_CHECKING:
    from packshot.result import AccessToken, Role

tokens = typer.Typer(no_args_is_help=True, help="Tokens for the HTTP API: made, listed, taken back.")
app.add_typer(tokens, name="tokens")


@tokens.command(
    "add",
    epilog="""Examples:\n
    packshot tokens add shop --role create\n
    packshot tokens add Ada --role review --role release""",
)
def add(
    context: typer.Context,
    name: Annotated[str, typer.Argument(help="Whose it is: a person or a program. Reviews are made in this name.")],
    role: Annotated[
        list[str],
        typer.Option(help="create, review, release or admin (all of them); may be given several times."),
    ],
    as_json: AsJson = False,
) -> None:
    """Make a token and show it, once: only its digest is kept."""
    from packshot.workflow import make_token

    with workbench(context) as bench:
        token, text = make_token(bench, name, [_role(each) for each in role])
    if as_json:
        print_json("token", {**_as_json(token), "token": text})
        return
    say(f"{text}\n")
    say(f"The token of {token.name} ({', '.join(token.roles)}). It is shown this once; keep it where secrets are kept.")


@tokens.command(
    "list",
    epilog="""Example:\n
    packshot tokens list""",
)
def list_all(context: typer.Context, as_json: AsJson = False) -> None:
    """Show whose tokens there are, and what they may do."""
    from packshot.workflow import list_tokens

    with workbench(context, create=False) as bench:
        found = list_tokens(bench)
    if as_json:
        print_json("tokens", [_as_json(token) for token in found])
        return
    rows = [[each.name, ", ".join(each.roles), each.id, f"{each.created_at:%Y-%m-%d}", _state(each)] for each in found]
    table(["name", "roles", "id", "made", "state"], rows)


@tokens.command(
    "revoke",
    epilog="""Example:\n
    packshot tokens revoke shop""",
)
def revoke(
    context: typer.Context,
    token: Annotated[str, typer.Argument(help="The token's name or id, as `packshot tokens list` shows them.")],
    as_json: AsJson = False,
) -> None:
    """Take a token back: from the next request on, it lets nobody in."""
    from packshot.workflow import revoke_token

    with workbench(context, create=False) as bench:
        revoked = revoke_token(bench, token)
    if as_json:
        print_json("token", _as_json(revoked))
        return
    say(f"The token of {revoked.name} lets nobody in any more.")


def _role(text: str) -> Role:
    from packshot.result import Role

    try:
        return Role(text)
    except ValueError as error:
        raise UsageError("settings.token", "no such role", expected=", ".join(Role), got=text[:80]) from error


def _state(token: AccessToken) -> str:
    return "valid" if token.revoked_at is None else f"revoked {token.revoked_at:%Y-%m-%d}"


def _as_json(token: AccessToken) -> dict[str, Any]:
    return token.model_dump(mode="json", exclude={"digest"})
