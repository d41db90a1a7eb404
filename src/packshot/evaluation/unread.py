"""Which words of a prompt are beyond what a text encoder reads."""

from __future__ import annotations

from typing import Any


def unread_words(tokenizer: Any, prompt: str, limit: int) -> str:
    """The end of a prompt behind its first `limit` tokens, special ones counted; empty where nothing is lost."""
    if len(tokenizer(prompt).input_ids) <= limit:
        return ""
    words = prompt.split()
    read, beyond = 0, len(words)
    while beyond - read > 1:  # the longest beginning, in whole words, that fits
        middle = (read + beyond) // 2
        if len(tokenizer(" ".join(words[:middle])).input_ids) <= limit:
            read = middle
        else:
            beyond = middle
    return " ".join(words[read:])
