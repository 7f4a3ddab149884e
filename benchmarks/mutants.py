"""Small changes of a module's arithmetic and logic, one at a time."""

from __future__ import annotations

import ast
import copy
from collections.abc import Iterator
from dataclasses import dataclass

#: Operator -> what it becomes.
SWAPS: dict[type, type] = {
    ast.Add: ast.Sub,
    ast.Sub: ast.Add,
    ast.Mult: ast.Div,
    ast.Div: ast.Mult,
    ast.Pow: ast.Mult,
    ast.FloorDiv: ast.Mult,
    ast.Mod: ast.Mult,
    ast.Lt: ast.LtE,
    ast.LtE: ast.Lt,
    ast.Gt: ast.GtE,
    ast.GtE: ast.Gt,
    ast.Eq: ast.NotEq,
    ast.NotEq: ast.Eq,
    ast.Is: ast.IsNot,
    ast.IsNot: ast.Is,
    ast.In: ast.NotIn,
    ast.NotIn: ast.In,
    ast.And: ast.Or,
    ast.Or: ast.And,
}

#: Name of a function -> its opposite.
OPPOSITES = {
    "max": "min",
    "min": "max",
    "maximum": "minimum",
    "minimum": "maximum",
    "any": "all",
    "all": "any",
    "argmax": "argmin",
    "argmin": "argmax",
    "floor": "ceil",
    "ceil": "floor",
}

#: What no test of numbers can judge: words, types, and what is raised.
LEFT_ALONE = (ast.Raise, ast.JoinedStr, ast.Import, ast.ImportFrom, ast.Assert)


@dataclass(frozen=True)
class Mutant:
    """One change: where it is, how it reads before and after, and the new module."""

    place: str
    line: int
    before: str
    after: str
    tree: ast.Module

    @property
    def name(self) -> str:
        return f"{self.place}, line {self.line}: `{self.before}` → `{self.after}`"


def mutants(source: str) -> list[Mutant]:
    """Every mutant of a module, in the order of its lines."""
    tree = ast.parse(source)
    found = []
    for path, place in _places(tree, (), "module"):
        count = len(list(_changed(_at(tree, path))))
        for number in range(count):
            fresh = copy.deepcopy(tree)
            parent, key = _at(fresh, path[:-1]), path[-1]
            node = _child(parent, key)
            before = ast.unparse(node)
            changed = list(_changed(node))[number]
            _put(parent, key, ast.copy_location(changed, node))
            ast.fix_missing_locations(fresh)
            after = ast.unparse(changed)
            found.append(Mutant(place, node.lineno, before, after, fresh))
    return found


def _places(node: ast.AST, path: tuple, place: str) -> Iterator[tuple[tuple, str]]:
    """Paths to the nodes that may be changed, with the function that holds them."""
    for field, value in ast.iter_fields(node):
        if field in {"annotation", "returns", "decorator_list", "type_params"}:
            continue
        for index, child in enumerate(value if isinstance(value, list) else [value]):
            if not isinstance(child, ast.AST) or isinstance(child, LEFT_ALONE):
                continue
            if isinstance(child, ast.Expr) and isinstance(child.value, ast.Constant):
                continue  # a docstring
            key = (field, index) if isinstance(value, list) else (field, None)
            named = isinstance(child, (ast.FunctionDef, ast.ClassDef))
            inner = child.name if named else place
            below = (*path, key)
            if any(True for _ in _changed(child)):
                yield below, place
            yield from _places(child, below, inner)


def _changed(node: ast.AST) -> Iterator[ast.AST]:
    new = copy.deepcopy(node)
    if isinstance(node, (ast.BinOp, ast.BoolOp)) and type(node.op) in SWAPS:
        new.op = SWAPS[type(node.op)]()
        yield new
    elif isinstance(node, ast.Compare) and len(node.ops) == 1:
        new.ops = [SWAPS[type(node.ops[0])]()]
        yield new
    elif isinstance(node, ast.UnaryOp) and isinstance(node.op, (ast.USub, ast.Not)):
        yield new.operand
    elif isinstance(node, (ast.If, ast.IfExp, ast.While)):
        if isinstance(node.test, (ast.Name, ast.Attribute, ast.Call)):
            yield _negated(new)
    elif isinstance(node, ast.Constant):
        yield from _other_constant(node)
    elif isinstance(node, ast.Call):
        yield from _opposite(new)


def _negated(node: ast.AST) -> ast.AST:
    node.test = ast.UnaryOp(ast.Not(), node.test)
    return node


def _other_constant(node: ast.Constant) -> Iterator[ast.AST]:
    if isinstance(node.value, bool):
        yield ast.Constant(not node.value)
    elif isinstance(node.value, (int, float)):
        yield ast.Constant(node.value + 1)


def _opposite(node: ast.Call) -> Iterator[ast.AST]:
    function = node.func
    field = "attr" if isinstance(function, ast.Attribute) else "id"
    name = getattr(function, field, None)
    if name in OPPOSITES:
        setattr(function, field, OPPOSITES[name])
        yield node


def _at(tree: ast.AST, path: tuple) -> ast.AST:
    for key in path:
        tree = _child(tree, key)
    return tree


def _child(node: ast.AST, key: tuple) -> ast.AST:
    field, index = key
    value = getattr(node, field)
    return value if index is None else value[index]


def _put(node: ast.AST, key: tuple, new: ast.AST) -> None:
    field, index = key
    if index is None:
        setattr(node, field, new)
    else:
        getattr(node, field)[index] = new
