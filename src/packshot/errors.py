"""Every error that Packshot raises on purpose.

    PackshotError
    ├── UsageError            exit 2: the call must be changed
    │   ├── SpecError         spec.*     what was asked for cannot be made
    │   ├── SourceError       source.*   the source picture
    │   ├── ModelError        model.*    the weights
    │   ├── PlanError         plan.*     an experiment's plan
    │   ├── ChannelError      channel.*  the rules of a place to sell
    │   ├── CatalogueError    catalogue.* the table of products
    │   ├── PolicyError       policy.*   what prompts may not ask for
    │   ├── IdentityError     identity.* whether it is still the product: the limits, and what can be measured
    │   ├── EvaluationError   evaluation.* what shall be evaluated, and against what
    │   ├── OutputError       output.*   where results go
    │   ├── RecordError       record.*, review.*  runs, files, ratings and reviews
    │   ├── ServiceError      service.*  orders that cannot be taken now
    │   ├── RequestError      access.*, request.*  what came by HTTP
    │   ├── ClusterError      cluster.*  other machines that shall do the work
    │   └── WorkspaceError    workspace.* the workspace cannot be used by this version
    ├── WorkError             exit 1: the call was right, the work failed
    │   ├── EngineError       engine.*, picture.*, remote.*, job.*
    │   └── StoreError        store.*, pictures.*
    ├── ReleaseError          exit 3: the answer is no: release.refused
    └── Interrupted           exit 130: Ctrl-C, everything finished so far is kept

Each error says what was *expected*, what it *got*, and what to do (*hint*). The dotted codes are a published
contract: `CODES` lists all of them, and raising an unlisted one is itself an error.
"""

from __future__ import annotations

from typing import Final

CODES: Final[dict[str, str]] = {
    "spec.invalid": "a value does not fit, or a name is unknown",
    "spec.prompt.empty": "no prompt was given",
    "spec.prompt.too_long": "the prompt has more characters than the limit",
    "spec.prompt.truncated": "the text encoder would lose words of the prompt",
    "spec.prompt.unknown": "the prompt has words that the model does not know",
    "spec.scheduler.unknown": "no scheduler of that name",
    "spec.scheduler.unfitting": "the scheduler does not fit the model",
    "spec.mode.unsupported": "the model cannot begin that way: from words, or from a source",
    "spec.negative_prompt.unsupported": "the model takes no negative prompt",
    "spec.guidance.unsupported": "the model takes no guidance",
    "spec.steps.range": "the number of steps is outside its range",
    "spec.steps.none_left": "strength times steps leaves no step to take",
    "spec.guidance.range": "the guidance is outside its range",
    "spec.seed.range": "the seed is outside its range",
    "spec.size.range": "a side is outside its range",
    "spec.size.not_divisible": "a side is not a multiple of what the model needs",
    "spec.strength.range": "the strength is outside 0 to 1",
    "spec.strength.without_source": "a strength was given without a source picture",
    "spec.source.missing": "image-to-image without a source picture",
    "spec.source.unexpected": "text-to-image with a source picture",
    "spec.lock": "a setting that this kind of product lock does not use",
    "spec.placement": "the product cannot stand there in the picture",
    "spec.lora.weight": "a LoRA's weight is no number or outside its range",
    "spec.lora.twice": "the same LoRA was named twice",
    "spec.lora.many": "more LoRAs than may be added",
    "spec.runtime.unsupported": "the runtime is not available",
    "spec.precision.unsupported": "the precision is not available",
    "spec.slots.unsupported": "the number of slots is not available",
    "spec.memory.unsupported": "no memory mode of that name",
    "source.missing": "the source picture is not there",
    "source.not_found": "no picture with that digest is known",
    "source.corrupt": "the source picture cannot be decoded",
    "source.format": "the source picture is of a kind that is not read",
    "source.too_large": "the source picture is over the limits",
    "source.too_small": "the source picture is too small for the model",
    "source.mask": "the mask does not fit its picture",
    "source.many": "more source pictures than one",
    "source.no_product": "no product was found in the photo",
    "source.doubtful": "the product's mask is doubtful",
    "source.rectangle": "the rectangle does not lie in the picture",
    "model.unknown": "no model of that name",
    "model.not_cached": "the model is not on this machine and cannot be fetched",
    "model.gated": "the model's owner asks for a login or for consent",
    "model.revision": "the model has no such revision",
    "model.pickle_only": "the model has no safetensors weights",
    "model.unsupported": "not a model that Packshot can run",
    "model.incomplete": "the model's folder lacks a file",
    "model.corrupt": "the model's files cannot be read",
    "model.memory": "the model's weights have no room in memory",
    "model.remote": "the address of a remote model cannot be used",
    "model.changed": "the model found is not the one that was recorded",
    "model.lora.missing": "the LoRA's file is not there",
    "model.lora.not_found": "no LoRA with the recorded digest is at hand",
    "model.lora.unsupported": "not a LoRA that can be read, or not for this family of models",
    "model.lora.mismatch": "the LoRA was made for another model",
    "plan.unknown": "no plan of that name",
    "plan.invalid": "the plan has a mistake",
    "evaluation.table": "the table of prompts has a mistake",
    "evaluation.recorded": "what was asked of recorded runs is not to be given again",
    "channel.unknown": "no channel of that name",
    "channel.invalid": "the channel's file has a mistake",
    "policy.refused": "the team's policy refuses words of the prompt",
    "policy.missing": "the policy that the settings name is not there",
    "policy.invalid": "the policy's file has a mistake",
    "policy.exists": "there is a policy already",
    "identity.invalid": "the file of limits has a mistake",
    "identity.unknown": "no product of that name has limits",
    "identity.few": "too few approved pictures to learn from",
    "identity.none": "the identity gate does not speak of that picture",
    "identity.unmeasured": "no product can be told from its ground in the source",
    "channel.pictures": "it is not told well which pictures to check or repair",
    "catalogue.file": "the table of products cannot be read",
    "catalogue.columns": "the table of products does not say which column is which",
    "catalogue.row": "a row of the table of products cannot be used",
    "catalogue.small": "the photo shows the product too small for the places to sell",
    "catalogue.rules": "the rules of the places to sell leave no frame for the product",
    "output.unwritable": "the result cannot be written there",
    "output.exists": "a file with other pixels is already there",
    "output.name": "not a safe name for a file",
    "output.metadata": "a text is too long to stand in a picture file",
    "output.signing": "the file cannot be signed",
    "record.not_found": "no run of that name",
    "record.ambiguous": "the name fits several runs",
    "record.unfinished": "the run has no picture",
    "record.no_spec": "the file carries no readable spec",
    "record.measure": "the experiment has no such measure of quality",
    "record.comparison": "the pictures cannot be compared",
    "record.rating": "the rating is not complete or out of range",
    "record.search": "more words than are searched for at once",
    "record.review": "the review is not complete or not possible now",
    "review.blocked": "rules that the picture breaks stand against its approval",
    "review.meanwhile": "somebody else decided on the picture meanwhile",
    "review.unseen": "a picture was not shown to whoever decides",
    "release.refused": "these pixels may not be released there",
    "service.full": "too much work is waiting already",
    "service.many": "more pictures than one order takes",
    "service.key": "the idempotency key was given to another request",
    "service.closing": "the service closes and takes no new work",
    "service.warming": "the server makes its engine ready",
    "service.failed": "the server stopped on an unexpected error",
    "job.deadly": "the work ended its process each time",
    "access.token": "no valid token was shown",
    "access.role": "the token may not do that",
    "access.rate": "too many requests with this token",
    "access.origin": "the request comes from a page of another site",
    "request.invalid": "the request cannot be read",
    "request.unknown": "there is nothing at this address",
    "request.method": "the address takes another method",
    "request.too_large": "the request's body is too large",
    "request.slow": "the request's body came too slowly",
    "cluster.extra": "the package that speaks to the cluster is not installed",
    "cluster.unreachable": "the cluster cannot be reached",
    "cluster.resources": "no machine of the cluster has room for an engine",
    "cluster.option": "an option of the cluster is not known or has a wrong value",
    "workspace.newer": "the workspace was written by a newer version",
    "workspace.busy": "somebody is at work in the workspace",
    "workspace.other": "the place to move to holds something else",
    "workspace.unusable": "the workspace cannot be opened",
    "settings.invalid": "a setting has a wrong value",
    "settings.extra": "a package is missing that a setting needs",
    "settings.token": "a token, or the file of tokens, cannot be used",
    "settings.address": "the studio is not opened to others without tokens",
    "settings.port": "the port cannot be used",
    "engine.device": "the device cannot be used",
    "engine.failed": "the engine stopped on an unexpected error",
    "engine.out_of_memory": "not enough memory",
    "remote.unreachable": "the remote model's server cannot be reached",
    "remote.key": "the remote model's server asks for another key",
    "remote.refused": "the remote model's server refuses the request",
    "remote.busy": "the remote model's server stays busy, or fails",
    "remote.answer": "the remote model's server does not answer with the picture that was asked for",
    "picture.nan": "the decoder gave numbers that are not a picture",
    "picture.blank": "the picture is blank",
    "picture.blocked": "the model's safety checker blocked the picture",
    "picture.equal_to_source": "the picture equals its source",
    "picture.lock": "a locked product's pixels are not the photo's",
    "store.full": "the disk is full",
    "store.locked": "the database stays locked by another process",
    "store.text": "a text has a character that the database does not keep",
    "store.unreachable": "the database cannot be reached",
    "pictures.refused": "S3 refuses the pictures",
    "pictures.unreachable": "the pictures cannot be reached",
    "store.failed": "the store could not be read or written",
    "interrupted": "stopped by the person",
}


class PackshotError(Exception):
    """The root. `exit_code` is what the command line ends with."""

    exit_code: int = 1

    def __init__(
        self, code: str, message: str, *, expected: str | None = None, got: str | None = None, hint: str | None = None
    ) -> None:
        if code not in CODES:
            raise AssertionError(f"error code {code!r} is not listed in packshot.errors.CODES")
        super().__init__(message)
        self.code = code
        self.message = message
        self.expected = expected
        self.got = got
        self.hint = hint

    def as_dict(self) -> dict[str, str | None]:
        """The body of the `--json` error on stderr."""
        return {
            "code": self.code,
            "message": self.message,
            "expected": self.expected,
            "got": self.got,
            "hint": self.hint,
        }

    def __str__(self) -> str:
        parts = [self.message]
        if self.expected is not None:
            parts.append(f"expected: {self.expected}")
        if self.got is not None:
            parts.append(f"got: {self.got}")
        if self.hint is not None:
            parts.append(self.hint)
        return "; ".join(parts)


class UsageError(PackshotError):
    """The call must be changed before it can work."""

    exit_code = 2


class SpecError(UsageError):
    """What was asked for cannot be made."""


class SourceError(UsageError):
    """The source picture cannot be used."""


class ModelError(UsageError):
    """The weights cannot be used."""


class PlanError(UsageError):
    """The plan has a mistake."""


class ChannelError(UsageError):
    """The rules of a place to sell are not there or have a mistake."""


class CatalogueError(UsageError):
    """The table of products cannot be read, or a row of it cannot be used."""


class PolicyError(UsageError):
    """The team's policy refuses a prompt, or cannot be read itself."""


class IdentityError(UsageError):
    """Whether a picture shows its source's product cannot be asked like this."""


class EvaluationError(UsageError):
    """What shall be evaluated is not told well."""


class OutputError(UsageError):
    """The result cannot go where it was sent."""


class RecordError(UsageError):
    """A run, a file, a rating or a review is not there or not usable."""


class ServiceError(UsageError):
    """The order cannot be taken now, or not like this."""


class RequestError(UsageError):
    """What came by HTTP cannot be read, or whoever sent it may not."""


class ClusterError(UsageError):
    """The machines that shall do the work are not there, or cannot do it like this."""


class WorkspaceError(UsageError):
    """The workspace cannot be used by this version."""


class WorkError(PackshotError):
    """The call was right and the work failed."""

    exit_code = 1


class EngineError(WorkError):
    """Making the picture failed."""


class StoreError(WorkError):
    """Keeping or reading the record failed."""


class ReleaseError(PackshotError):
    """The gate stays closed: what was asked for is not approved, or is something else than what was."""

    exit_code = 3


class Interrupted(PackshotError):
    """Ctrl-C. Finished work is kept."""

    exit_code = 130

    def __init__(self, message: str = "interrupted") -> None:
        super().__init__("interrupted", message, hint="the next call goes on with what is missing")
