"""What modules can say: the texts that an expression may become, read from their source.

Names are followed to what they were given, parameters to what callers pass, calls of a module's own functions to what
these return. Where that ends (a file's name, a person's words) stands `UNKNOWN`, where a number is due stands 7.
"""

from __future__ import annotations

import ast
import itertools
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from functools import cached_property
from pathlib import Path
from typing import Any, Final

import packshot

ROOT: Final = Path(packshot.__file__).parent
UNKNOWN: Final = "\ue000"
NUMBER: Final = "7"
NUMBERS: Final = frozenset({"len", "int", "float", "round", "sum"})
ALTERNATIVES: Final = 60

Function = ast.FunctionDef | ast.AsyncFunctionDef


@dataclass(frozen=True)
class Module:
    """One source file. `name` is relative to the package: `store/jobs.py`."""

    name: str
    tree: ast.Module

    @cached_property
    def functions(self) -> dict[ast.AST, Function | None]:
        """The innermost function around every node."""
        around: dict[ast.AST, Function | None] = {}

        def visit(node: ast.AST, function: Function | None) -> None:
            around[node] = function
            for child in ast.iter_child_nodes(node):
                visit(child, node if isinstance(node, Function) else function)

        visit(self.tree, None)
        return around

    @cached_property
    def constants(self) -> dict[str, str]:
        """Texts and numbers by the names that the module gives them."""
        found = {}
        for node in self.tree.body:
            match node:
                case (
                    ast.Assign(targets=[ast.Name(id=name)], value=value)
                    | ast.AnnAssign(target=ast.Name(id=name), value=ast.expr() as value)
                ):
                    if isinstance(value, ast.Constant) and isinstance(value.value, str):
                        found[name] = value.value
                    elif isinstance(value, ast.Constant | ast.BinOp | ast.UnaryOp):
                        found[name] = NUMBER
        return found

    @cached_property
    def called_by_name(self) -> dict[str, list[ast.Call]]:
        found: dict[str, list[ast.Call]] = {}
        for node in self.functions:
            if isinstance(node, ast.Call):
                found.setdefault(called(node), []).append(node)
        return found

    @cached_property
    def defined(self) -> dict[str, list[Function]]:
        found: dict[str, list[Function]] = {}
        for node in self.functions:
            if isinstance(node, Function):
                found.setdefault(node.name, []).append(node)
        return found


@dataclass
class Reader:
    """Reads a package's expressions. `samples` say what stands for an expression that nothing else tells."""

    samples: Mapping[str, tuple[str, ...]]
    modules: list[Module] = field(default_factory=lambda: list(package()))

    def texts(self, module: Module, node: ast.expr | None, seen: frozenset[Any] = frozenset()) -> set[str]:
        """All that the expression may say; nothing for None."""
        if node is None:
            return set()
        source = ast.unparse(node)
        known = self.samples.get(f"{module.name}: {source}") or self.samples.get(source)
        if known is not None:
            return set(known)
        match node:
            case ast.Constant():
                return set() if node.value is None else {str(node.value)}
            case ast.JoinedStr():
                return self._joined(module, node.values, seen)
            case ast.FormattedValue():
                return self._formatted(module, node, seen)
            case ast.IfExp():
                return self._any(module, [node.body, node.orelse], seen)
            case ast.BoolOp():
                return self._any(module, node.values, seen)
            case ast.BinOp(op=ast.Add(), right=ast.Constant(value=int())):
                return {NUMBER}
            case ast.BinOp(op=ast.Add()):
                return self._joined(module, [node.left, node.right], seen) or {UNKNOWN}
            case ast.BinOp(op=ast.Div()):
                return {UNKNOWN}  # a path, more often than a number
            case ast.BinOp():
                return {NUMBER}
            case ast.Subscript():
                return self.texts(module, node.value, seen) if isinstance(node.slice, ast.Slice) else {UNKNOWN}
            case ast.Name():
                return self._named(module, node, seen)
            case ast.Attribute():
                return self._constant(module, node)
            case ast.Call():
                return self._called(module, node, seen)
        return {UNKNOWN}

    def _any(self, module: Module, nodes: list[ast.expr], seen: frozenset[Any]) -> set[str]:
        return set().union(*(self.texts(module, node, seen) for node in nodes))

    def _joined(self, module: Module, nodes: list[ast.expr], seen: frozenset[Any]) -> set[str]:
        parts = [sorted(self.texts(module, node, seen) or {""}) for node in nodes]
        return {"".join(chosen) for chosen in itertools.islice(itertools.product(*parts), ALTERNATIVES)}

    def _formatted(self, module: Module, node: ast.FormattedValue, seen: frozenset[Any]) -> set[str]:
        if node.format_spec is not None:
            return {NUMBER}
        found = self.texts(module, node.value, seen)
        return {UNKNOWN} if node.conversion == ord("r") and node.value.__class__ is not ast.Constant else found

    def _named(self, module: Module, node: ast.Name, seen: frozenset[Any]) -> set[str]:
        function = module.functions[node]
        if (function, node.id) in seen or len(seen) > 8:
            return {UNKNOWN}
        seen = seen | {(function, node.id)}
        if function is None:
            return self._constant(module, node)
        given = [argument for argument in arguments(function) if argument.arg == node.id]
        if given:
            return self._passed(module, function, given[0], seen)
        assigned = list(assignments(function, node.id))
        return self._any(module, assigned, seen) if assigned else self._constant(module, node)

    def _passed(self, module: Module, function: Function, given: ast.arg, seen: frozenset[Any]) -> set[str]:
        if given.annotation is not None and ast.unparse(given.annotation) in {"int", "float"}:
            return {NUMBER}
        found = set(self.texts(module, default_of(function, given.arg), seen))
        for caller in self.modules if lends_its_errors(function) else [module]:
            for call in caller.called_by_name.get(function.name, ()):
                found |= self.texts(caller, passed(function, given.arg, call), seen)
        return found - {UNKNOWN} or {UNKNOWN}

    def _called(self, module: Module, node: ast.Call, seen: frozenset[Any]) -> set[str]:
        name = called(node)
        if name in NUMBERS:
            return {NUMBER}
        if name == "str" and node.args:
            return self.texts(module, node.args[0], seen)
        found: set[str] = set()
        if name not in seen and not (isinstance(node.func, ast.Attribute) and name in {"join", "format"}):
            for function in module.defined.get(name, ()):
                returned = [each.value for each in ast.walk(function) if isinstance(each, ast.Return) and each.value]
                found |= self._any(module, returned, seen | {name})
        return found or {UNKNOWN}

    def _constant(self, module: Module, node: ast.Name | ast.Attribute) -> set[str]:
        name = node.id if isinstance(node, ast.Name) else node.attr
        if not name.isupper():
            return {UNKNOWN}
        return {next((each.constants[name] for each in [module, *self.modules] if name in each.constants), UNKNOWN)}


def package() -> Iterator[Module]:
    for path in sorted(ROOT.rglob("*.py")):
        yield Module(path.relative_to(ROOT).as_posix(), ast.parse(path.read_text(encoding="utf-8")))


def called(node: ast.Call) -> str:
    return node.func.id if isinstance(node.func, ast.Name) else getattr(node.func, "attr", "")


def lends_its_errors(function: Function) -> bool:
    """Other modules let it make theirs; of all other functions, only the calls in their own module are followed."""
    returned = "" if function.returns is None else ast.unparse(function.returns)
    return returned.endswith("Error") and not function.name.startswith("_")


def arguments(function: Function) -> list[ast.arg]:
    return [*function.args.posonlyargs, *function.args.args, *function.args.kwonlyargs]


def default_of(function: Function, name: str) -> ast.expr | None:
    positional = [*function.args.posonlyargs, *function.args.args]
    defaults: list[ast.expr | None] = [None] * (len(positional) - len(function.args.defaults))
    pairs = zip(
        [*positional, *function.args.kwonlyargs],
        [*defaults, *function.args.defaults, *function.args.kw_defaults],
        strict=True,
    )
    return next((default for argument, default in pairs if argument.arg == name), None)


def passed(function: Function, name: str, call: ast.Call) -> ast.expr | None:
    """What a call gives for a parameter."""
    for keyword in call.keywords:
        if keyword.arg == name:
            return keyword.value
    names = [argument.arg for argument in [*function.args.posonlyargs, *function.args.args]]
    names = names[1:] if names[:1] in (["self"], ["cls"]) else names
    place = names.index(name) if name in names else len(call.args)
    return call.args[place] if place < len(call.args) else None


def assignments(function: Function, name: str) -> Iterator[ast.expr]:
    for node in ast.walk(function):
        match node:
            case ast.Assign(targets=[ast.Name(id=found)], value=value) if found == name:
                yield value
            case ast.NamedExpr(target=ast.Name(id=found), value=value) if found == name:
                yield value
            case ast.AnnAssign(target=ast.Name(id=found), value=value) if found == name and value is not None:
                yield value
            case ast.Assign(targets=[ast.Tuple(elts=names)], value=ast.Tuple(elts=values)):
                for target, value in zip(names, values, strict=False):
                    if isinstance(target, ast.Name) and target.id == name:
                        yield value
