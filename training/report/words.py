"""How well words that the model does not know are recognised: prompts written by people who had not seen the rule."""

import json
from pathlib import Path
from typing import Any

from packshot.models.knowledge import read_knowledge
from packshot.resolve.unknown_words import unknown_words

SETS = Path(__file__).parents[1] / "evaluation"


def lines(name: str) -> list[str]:
    """The lines of a prompt set."""
    return [line for line in (SETS / name).read_text(encoding="utf-8").splitlines() if line.strip()]


def warnings(folder: Path) -> dict[str, Any]:
    """Shares of prompts with an unknown noun that are flagged, that name it, and of known prompts that are flagged."""
    knowledge = read_knowledge(json.loads((folder / "packshot.json").read_text(encoding="utf-8")), folder)
    assert knowledge is not None, f"{folder} does not say what it knows"
    unknown = [line.split("\t") for line in lines("prompts_unknown.txt")]
    flagged = [unknown_words(prompt, knowledge) for _, prompt in unknown]
    named = [
        any(noun.lower() in word.lower() or word.lower() in noun.lower() for word in words)
        for (noun, _), words in zip(unknown, flagged, strict=True)
    ]
    known = lines("prompts_known.txt")
    false = [(prompt, words) for prompt in known if (words := unknown_words(prompt, knowledge))]
    return {
        "unknown_prompts": len(unknown),
        "flagged": sum(map(bool, flagged)) / len(unknown),
        "noun_named": sum(named) / len(unknown),
        "known_prompts": len(known),
        "false_alarms": len(false) / len(known),
        "missed": [noun for (noun, _), hit in zip(unknown, named, strict=True) if not hit],
        "false": [", ".join(words) for _, words in false],
    }
