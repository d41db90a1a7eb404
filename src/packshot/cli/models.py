"""`packshot models …`: which weights, which schedulers."""

from __future__ import annotations

import dataclasses
from typing import Annotated, Final

import typer

from packshot.cli.app import app, catalogue
from packshot.cli.output import print_json, say, table
from packshot.cli.parameters import AsJson

MANY: Final = "many at a time"
ALONE: Final = "one picture at a time, in its own pipeline, in torch"

group = typer.Typer(help="Which models and schedulers there are.", no_args_is_help=True)
app.add_typer(group, name="models")


@group.command(name="list", epilog="Example:  packshot models list")
def list_(context: typer.Context, as_json: AsJson = False) -> None:
    """List the models with a short name, and whether they are on this machine."""
    rows = catalogue(context).listings()
    if as_json:
        print_json("models", [dataclasses.asdict(row) for row in rows])
        return
    table(
        ["name", "from", "side", "here", ""],
        [[r.name, r.source, f"{r.side_px} px", "yes" if r.available else "no", r.advice] for r in rows],
    )
    say("\n--model also takes owner/name, owner/name@revision, a folder in diffusers' layout, a .safetensors file,")
    say("or a model on a server: openai+https://host/v1#model.")


@group.command(epilog="Example:  packshot models show studio-tiny --json")
def show(
    context: typer.Context,
    name: Annotated[str, typer.Argument(help="Whatever --model takes.")],
    as_json: AsJson = False,
) -> None:
    """Show a model's pin and what it says about itself."""
    from packshot.models import REMOTE, Guidance, family_named, fitting_schedulers

    model = catalogue(context).find(name)
    about = model.description
    knows = about.knowledge
    family = family_named(about.family)
    data = {
        "reference": model.reference,
        "family": model.pin.family,
        "digest": model.pin.digest,
        "commit": model.commit,
        "folder": model.remote.address if model.remote else str(model.single_file or model.folder),
        "side_px": about.side_px,
        "sides_are_multiples_of_px": about.multiple_px,
        "prediction": about.prediction,
        "scheduler": about.scheduler_class,
        "runs": "on its server" if family is REMOTE else MANY if family.batched else ALONE,
        "from_words": about.text_to_image,
        "from_a_source": about.image_to_image,
        "around_a_product": _scenes(inpainting=about.inpainting, batched=family.batched),
        "schedulers": [choice.name for choice in fitting_schedulers(about)],
        "steps": about.recipe.steps,
        "guidance": about.recipe.guidance,
        "guidance_kind": str(about.guidance),
        "negative_prompt": family.negative_prompt and about.guidance is Guidance.CLASSIFIER_FREE,
        "safety_checker": about.safety_checker,
        "knows": dataclasses.asdict(knows) if knows is not None else None,
    }
    if as_json:
        print_json("model", data)
        return
    for key, value in data.items():
        if key != "knows":
            say(f"{key:<26} {', '.join(value) if isinstance(value, list) else value}")
    if knows is None:
        say(f"{'knows':<26} not said: prompts are not judged")
        return
    for key, words in (
        ("knows", knows.product_names),
        ("knows colours", knows.colours),
        ("knows materials", knows.materials),
    ):
        say(f"{key:<26} {', '.join(words)}")


def _scenes(*, inpainting: bool, batched: bool) -> str:
    """How it makes the scene of a product lock."""
    if inpainting:
        return "yes, and nothing else: an inpainting model"
    return "yes, by masked denoising" if batched else "no"


@group.command(epilog="Example:  packshot models schedulers")
def schedulers(as_json: AsJson = False) -> None:
    """List the schedulers, by the names people use. Flow-matching models take their own only."""
    from packshot.models import FLOW_SCHEDULERS, SCHEDULERS

    everything = (*SCHEDULERS, *FLOW_SCHEDULERS)
    if as_json:
        print_json(
            "schedulers", [{"name": c.name, "class": c.class_name, "aliases": list(c.aliases)} for c in everything]
        )
        return
    table(["name", "also", "diffusers' class"], [[c.name, ", ".join(c.aliases), c.class_name] for c in everything])
