"""`packshot policy …`: what prompts may not ask for."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated

import typer

from packshot.cli.app import app, settings_of
from packshot.cli.output import console, print_json, say, table
from packshot.cli.parameters import AsJson

if TYPE_CHECKING:
    from packshot.review import PolicyFinding

STYLES = {"warn": "yellow", "refuse": "bold red"}

group = typer.Typer(help="Brand names, claims and words that prompts may not have.", no_args_is_help=True)
app.add_typer(group, name="policy")


@group.command(epilog='Example:  packshot policy check "a mug with the best coffee" --json')
def check(
    context: typer.Context,
    prompt: Annotated[str, typer.Argument(help="The prompt.")],
    as_json: AsJson = False,
) -> None:
    """Say what the team's policy finds in a prompt (exit 3 where it refuses it). Makes no picture."""
    from packshot.workflow import judge_prompt

    found = judge_prompt(settings_of(context), prompt)
    refused = any(finding.action == "refuse" for finding in found)
    if as_json:
        verdict = "refused" if refused else "warned" if found else "clean"
        print_json("policy_check", {"verdict": verdict, "findings": [each.model_dump(mode="json") for each in found]})
    else:
        _print_findings(found)
    if refused:
        raise typer.Exit(3)


@group.command(epilog="Example:  packshot policy init")
def init(context: typer.Context, as_json: AsJson = False) -> None:
    """Write a commented example to edit, where the policy is looked for. Nothing is written over."""
    from packshot.workflow import write_example_policy

    path = write_example_policy(settings_of(context))
    if as_json:
        print_json("policy_file", {"path": str(path)})
    else:
        say(f"{path}  (an example: put your own words into it)")


@group.command(epilog="Example:  packshot policy show --json")
def show(context: typer.Context, as_json: AsJson = False) -> None:
    """Show the rules as they are read."""
    from packshot.workflow import policy_in_force

    settings = settings_of(context)
    policy = policy_in_force(settings)
    if as_json:
        rules = [rule.model_dump(mode="json") for rule in policy.rules]
        path = settings.policy_file
        print_json("policy", {"path": str(path), "is_there": path.is_file(), "rules": rules})
        return
    if not policy.rules:
        say(f"no rules: {settings.policy_file} {'has none' if settings.policy_file.is_file() else 'is not there'}")
        return
    say(str(settings.policy_file))
    table(
        ["rule", "kind", "action", "words", "reason"],
        [[r.name, r.kind, str(r.action), ", ".join(r.words), r.reason] for r in policy.rules],
    )


def _print_findings(found: tuple[PolicyFinding, ...]) -> None:
    from rich.text import Text

    for finding in found:
        line = Text(f"{finding.action:<8}", style=STYLES[finding.action])
        console().print(line + Text(f"“{finding.found}”  {finding.rule} ({finding.kind}): {finding.reason}"))
    if not found:
        say("nothing found")
