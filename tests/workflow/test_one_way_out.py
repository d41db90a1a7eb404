"""Released files are encoded and signed in one module, behind one gate: read from the imports of all others."""

from __future__ import annotations

import ast
from functools import cache
from pathlib import Path
from typing import Final

import packshot
import packshot.metadata

SRC: Final = Path(packshot.__file__).parent
MADE_BY: Final = {"packshot.metadata.released", "packshot.metadata.signing"}
"""Modules with what makes and signs a released file."""

MAKING: Final = {"encode_released", "sign"}
MAKER: Final = "workflow/release_file.py"
RECORDER: Final = "workflow/release_one.py"


@cache
def modules() -> dict[str, ast.Module]:
    """Every module outside `metadata`, by its path."""
    paths = [path for path in sorted(SRC.rglob("*.py")) if path.relative_to(SRC).parts[0] != "metadata"]
    return {str(path.relative_to(SRC)): ast.parse(path.read_text(encoding="utf-8")) for path in paths}


def imported(tree: ast.Module) -> set[tuple[str, str]]:
    """(module, name) of every import, wherever it stands; the name is empty for a module as a whole."""
    found: set[tuple[str, str]] = set()
    for node in ast.walk(tree):
        if isinstance(node, ast.Import):
            found |= {(alias.name, "") for alias in node.names}
        elif isinstance(node, ast.ImportFrom):
            found |= {(node.module or "", alias.name) for alias in node.names}
    return found


def reaching(wanted: set[str], names: set[tuple[str, str]]) -> bool:
    return any(module in wanted or f"{module}.{name}" in wanted for module, name in names)


def test_only_the_release_makes_and_signs_files() -> None:
    found = {name for name, tree in modules().items() if reaching(MADE_BY, imported(tree))}
    assert found == {MAKER}


def test_nothing_reaches_them_by_another_name() -> None:
    """Neither `packshot.metadata.released.encode_released(…)` after `import packshot`, nor by a text."""
    for name, tree in modules().items():
        used = {node.attr for node in ast.walk(tree) if isinstance(node, ast.Attribute)}
        texts = {
            node.value for node in ast.walk(tree) if isinstance(node, ast.Constant) and isinstance(node.value, str)
        }
        assert "encode_released" not in used, name
        assert MADE_BY.isdisjoint(texts), name
    assert MAKING.isdisjoint(packshot.metadata.__all__)
    assert not any(hasattr(packshot.metadata, each) for each in MAKING)


def test_what_makes_a_file_is_called_where_the_gate_is_asked_alone() -> None:
    maker = {"packshot.workflow.release_file.make_file"}
    found = {name for name, tree in modules().items() if reaching(maker, imported(tree))}
    assert found == {RECORDER}
    asked = {name for _module, name in imported(modules()[RECORDER])}
    assert {"may_release", "record_release", "rehearse_release"} <= asked


def test_the_reader_sees_every_way_to_import() -> None:
    for line in (
        "from packshot.metadata.released import encode_released",
        "from packshot.metadata import released",
        "import packshot.metadata.released",
        "def f():\n    import packshot.metadata.signing as s",
    ):
        assert reaching(MADE_BY, imported(ast.parse(line))), line
    assert not reaching(MADE_BY, imported(ast.parse("from packshot.metadata import FileForm")))
