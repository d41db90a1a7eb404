"""What goes wrong is said in French too: errors, what the doctor finds, why a replay differs.

What fails here is added to `src/packshot/report/languages/fr-errors.yaml`, a file's name or a person's words as
`{name!}`, a number as `{n#}`.
"""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator
from functools import cache
from typing import Any, Final

import pytest

from packshot import errors
from packshot.app.parts.failure import failure_words
from packshot.experiment.plan_reading import NO_FILE
from packshot.report import Language, open_language
from packshot.result import Failure
from tests.report.told import NUMBER, UNKNOWN, Module, Reader

KINDS: Final = frozenset(
    name for name, kind in vars(errors).items() if isinstance(kind, type) and issubclass(kind, errors.PackshotError)
)
PARTS: Final = ("message", "expected", "got", "hint")

ENGLISH: Final = re.compile(r"\b(the|is|was|were|and|by|with|from|cannot|line|of|not|no)\b(?![^`]*`)")
"""Words that stay where a place which is kept as it stands has swallowed a part of the sentence."""

LEFT_OUT: Final = {
    "errors.py": "the classes themselves",
    "cli/": "the command line speaks English",
    "notebook/": "a notebook speaks English",
    "app/listening.py": "said in the terminal before the studio stands",
    "access/tokens.py": "said in the terminal before the studio stands",
    "api/": "programs read it; their answers speak English",
    "workflow/access.py": "the command line alone makes tokens",
    "service/following.py": "the command line alone waits for a job",
    "store/tokens.py": "the command line alone makes tokens",
    "workflow/bench.py": "the command line alone measures runtimes",
    "workflow/catalogue": "the command line alone makes catalogues",
    "workflow/effects_csv.py": "the command line alone writes them to a place that a person names",
    "workflow/released_file.py": "the HTTP interface speaks English",
    "workflow/evaluate": "the command line alone evaluates folders and tables",
    "workflow/rating_sheet.py": "the command line alone reads sheets of ratings",
    "workflow/audit.py": "the command line alone audits",
    "workflow/migrate.py": "the command line alone moves workspaces",
    "store/moving.py": "the command line alone moves workspaces",
    "engine/ray_": "the command line alone works on a cluster",
    "workflow/elsewhere.py": "the command line alone works elsewhere",
    "workflow/places.py": "the command line alone works elsewhere",
    "workflow/submitting.py": "the command line alone submits jobs",
    "metadata/dev_chain.py": "the command line alone makes certificates",
}
"""Modules whose errors nobody meets in the studio or in a report, by how their names begin, each with why."""

SAME: Final = frozenset(
    {
        "--precision float32",
        "--source PICTURE",
        "1, true, 0, false",
        "model.safetensors",
        "packshot.plan/1",
        "packshot.release-manifest/1",
        "pip install packshot[c2pa]",
        "pip install openvino",
        "pip install packshot[postgres]",
        "pip install packshot[s3]",
        "packshot migrate --help",
        "postgresql+psycopg://user@host/database",
        "pip install rapidocr onnxruntime",
        "PACKSHOT_RUNTIME=auto, PACKSHOT_PRECISION=auto",
        "packshot experiment run lab",
        "torch, auto",
        "name",  # a key of a plan
        "sku",  # a key of a plan
        "local",  # an engine's name
        f"sha256:{UNKNOWN}",
        f"packshot experiment show {UNKNOWN}",
        f"down {UNKNOWN}, up {UNKNOWN}",  # shapes of tensors
        f"{UNKNOWN} for {UNKNOWN}",  # a shape for a layer
        f"{UNKNOWN} and {UNKNOWN}",  # two layers' names
    }
)
"""Texts that are the same in both languages: commands, keys and names."""

SAMPLES: Final = {
    "line": (NUMBER,),
    "line_of(path, lines)": (NUMBER,),
    "line_of(path, self._lines)": (NUMBER,),
    "line_of((key,), lines)": (NUMBER,),
    "line_of((key, position), lines)": (NUMBER,),
    "line_of((key, position, column), lines)": (NUMBER,),
    "line_of(tuple(first['loc']), lines)": (NUMBER,),
    "mark.line + 1 if mark else 1": (NUMBER,),
    "node.start_mark.line + 1": (NUMBER,),
    "first[key]": (NUMBER,),
    "error.start": (NUMBER,),
    "found.st_size": (NUMBER,),
    "width": (NUMBER,),
    "height": (NUMBER,),
    "needed[0]": (NUMBER,),
    "needed[1]": (NUMBER,),
    "size[0]": (NUMBER,),
    "size[1]": (NUMBER,),
    "given.shape[0]": (NUMBER,),
    "given.shape[1]": (NUMBER,),
    "most": (NUMBER,),
    "family.steps_min": (NUMBER,),
    "getattr(picture, 'n_frames', 1)": (NUMBER,),
    "settings.threads": (NUMBER,),
    "count_runs()": (NUMBER,),
    "resolve/checks.py: name": ("width", "height"),
    "error.hint + '; ' if error.hint else ''": ("", "try again; "),
    "rule": ("pad",),
    "state": ("running",),
    "row['state']": ("running",),
    "first['msg']": ("Field required", UNKNOWN),
    "name.replace('_', ' ')": ("prompt", "negative prompt"),
    "of.label": ("steps", "words of the prompt", "weight of the LoRA", "source picture", "fit of the source"),
    "lacks": ("a source picture", "a LoRA"),
    "', '.join(needed)": ("adherence, realism",),
    "', '.join(missing)": ("artifacts",),
    "choice.reason": ("asked for", "not measured here (packshot doctor --bench)"),
}
"""What stands in places that are numbers, or words of ours that are translated in turn, by the expression there."""


@cache
def reader() -> Reader:
    return Reader(SAMPLES)


def said_of_errors(module: Module) -> Iterator[tuple[int, str]]:
    """Every text that an error of the module can have, with its line."""
    for node in module.functions:
        for part in parts(node):
            for text in reader().texts(module, part):
                yield part.lineno, text


def parts(node: ast.AST) -> Iterator[ast.expr]:
    match node:
        case ast.Call(func=ast.Name(id="Interrupted"), args=[message, *_others]):
            yield message
        case ast.Call(func=ast.Name(id=name), args=args, keywords=keywords) if name in KINDS:
            yield from args[1:2]
            yield from (keyword.value for keyword in keywords if keyword.arg in PARTS)
        case ast.Assign(targets=[ast.Attribute(attr="hint")], value=hint):
            yield hint


def has_words(text: str) -> bool:
    return re.search("[A-Za-z]", text) is not None


NO_LINE: Final = f"{NO_FILE}, line {NUMBER}: "
"""What is taken off again from the mistakes of a plan that was not read from a file."""


@cache
def french() -> Language:
    return open_language("fr")


def untranslated(told: Iterator[tuple[int, str]]) -> list[str]:
    wrong = {
        (line, text)
        for line, text in ((line, text.removeprefix(NO_LINE)) for line, text in told)
        if has_words(text) and text not in SAME and (not french().knows(text) or ENGLISH.search(french().say(text)))
    }
    return [f"{line}: {text.replace(UNKNOWN, '…')!r}" for line, text in sorted(wrong)]


def modules(*beginnings: str) -> list[Module]:
    return [module for module in reader().modules if module.name.startswith(beginnings)]


def test_what_is_left_out_is_still_there() -> None:
    names = [module.name for module in reader().modules]
    assert [each for each in LEFT_OUT if not any(name.startswith(each) for name in names)] == []


def test_every_error_that_the_studio_can_show_has_its_french() -> None:
    found = [
        f"{module.name}, line {missing}"
        for module in reader().modules
        if not module.name.startswith(tuple(LEFT_OUT))
        for missing in untranslated(said_of_errors(module))
    ]
    assert not found, "\n" + "\n".join(found)


@pytest.mark.parametrize(
    "source",
    [
        'raise RecordError("record.rating", "nobody translated this")',
        'raise RecordError("record.rating", f"nobody translated {name!r}")',
        'raise RecordError("record.rating", "no such run", expected="what nobody says")',
        'raise RecordError("record.rating", "no such run", hint=f"look at {name}" if name else None)',
        'def _made(what):\n    return RecordError("record.rating", f"{what}")\n_made("nobody translated this")',
    ],
)
def test_an_error_without_french_is_found(source: str) -> None:
    assert untranslated(said_of_errors(Module("made_up.py", ast.parse(source))))


def test_everything_that_the_doctor_can_find_has_its_french() -> None:
    (doctor,) = modules("workflow/doctor.py")
    told = [
        (call.lineno, text)
        for call in doctor.called_by_name["Finding"]
        for part in (*call.args[2:], *(keyword.value for keyword in call.keywords))
        for text in reader().texts(doctor, part)
    ]
    assert len(told) > 20
    assert untranslated(iter(told)) == []


def test_every_cause_of_a_replay_has_its_french() -> None:
    """Everything in that module that reads like a cause: lists of texts, and what is added to `causes`."""
    (replay,) = modules("workflow/replay.py")
    told = [(part.lineno, text) for part in causes(replay.tree) for text in reader().texts(replay, part)]
    assert len(told) > 10
    assert untranslated(iter(told)) == []


def causes(tree: ast.AST) -> Iterator[ast.expr]:
    for node in ast.walk(tree):
        match node:
            case ast.Call(func=ast.Attribute(value=ast.Name(id="causes"), attr="append"), args=[cause]):
                yield cause
            case ast.List(elts=texts) | ast.Tuple(elts=texts):
                yield from (text for text in texts if isinstance(text, ast.JoinedStr) or " " in constant(text))
            case ast.ListComp(elt=ast.JoinedStr() as cause):
                yield cause
            case ast.Assign(targets=[ast.Name(id="sizes")], value=cause):
                yield cause


def constant(node: ast.expr) -> str:
    return node.value if isinstance(node, ast.Constant) and isinstance(node.value, str) else ""


@pytest.mark.parametrize(
    ("english", "other"),
    [
        ("no model named 'a: b; c'", "aucun modèle nommé 'a: b; c'"),
        ("at most 20 MB", "au plus 20\u00a0Mo"),
        ("photos/red.png is too large", "photos/red.png est trop grand"),
        (
            "plan.yaml, line 3: steps: the value does not fit",
            "plan.yaml, ligne 3\u00a0: steps\u00a0: la valeur ne convient pas",
        ),
        ("threads: recorded 2, now 4", "fils d’exécution\u00a0: 2 enregistré, 4 maintenant"),
        ("packshot: recorded 1.2.0, now 1.3.0", "packshot\u00a0: 1.2.0 enregistré, 1.3.0 maintenant"),
    ],
)
def test_places_of_an_error_are_kept_or_said(english: str, other: str) -> None:
    assert french().say(english) == other


@pytest.mark.parametrize("got", [None, "10", "a person's words"])
@pytest.mark.parametrize("hint", [None, "name the file", "make room, or set HF_HOME to a larger disk"])
@pytest.mark.parametrize("expected", [None, "at most 20 MB", "EulerA, DDIM"])
@pytest.mark.parametrize("message", ["the disk is full", "no model named 'x'"])
def test_a_failure_is_one_text_of_an_error_and_all_its_parts(message: str, expected: Any, got: Any, hint: Any) -> None:
    """What is kept with a run that failed is the whole error as a text; the page shows its hint apart."""
    error = errors.StoreError("store.full", message, expected=expected, got=got, hint=hint)
    said = french().say(str(error).removesuffix(f"; {hint}"))
    assert said.startswith(french().say(message))
    assert ("attendu" in said, "reçu" in said) == (expected is not None, got is not None)
    assert not re.search(r"\b(expected|got|most|full|named)\b", said)


def test_a_failure_shows_its_hint_once() -> None:
    error = errors.StoreError("store.full", "the disk is full", hint="make room and call again")
    assert failure_words(Failure(code=error.code, message=str(error), hint=error.hint)).count("make room") == 1
