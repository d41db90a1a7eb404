"""What to do about an error, in the words of a page: where the command line would name a command or an option.

Knows the hints of errors by their English words, and nothing of the errors themselves.
"""

from __future__ import annotations

from packshot.app.words import _, said


def hint_words(hint: str) -> str:
    """The page's own words; what the error says, in the person's language, where the page has none."""
    return _of_pages().get(hint) or said(hint)


def _of_pages() -> dict[str, str]:
    precision = _("Choose the precision float32 under “Expert”.")
    return {
        "`packshot runs list` shows them": _("All pictures are in the gallery."),
        "`packshot experiment list` shows them": _("All experiments are on the page Experiment."),
        "`packshot models list` shows what is at hand": _("The field of the model lists what is at hand."),
        "`packshot models schedulers` lists them": _("The field of the scheduler lists them."),
        "use words that it knows (`packshot models show` lists them), take a model that knows more, or leave"
        " --strict out and be warned only": _(
            "Use words that it knows (the page “About this model” lists them), take a model that knows more, or allow"
            " unknown words under “Expert”."
        ),
        "shorten it, or accept the loss with --allow-truncation": _("Shorten it, or accept the loss under “Expert”."),
        "take a larger photo, or make a smaller picture (--size)": _("Take a larger photo, or make a smaller picture."),
        "try --precision float32": precision,
        "try --precision float32, or bfloat16 in place of float16": precision,
        "try --precision float32, or another scheduler": _(
            "Choose the precision float32 under “Expert”, or another scheduler."
        ),
        "try another scheduler, fewer guidance, or --precision float32": _(
            "Choose another scheduler, less guidance, or the precision float32 under “Expert”."
        ),
        "--memory high, or fewer slots": _("Choose the memory mode high or fewer slots, under “Expert”."),
        "`packshot verify` tells more; --fresh makes it again": _("Make the picture again."),
        "`packshot verify` lists what is damaged; `--fresh` makes the picture again": _("Make the picture again."),
    }
