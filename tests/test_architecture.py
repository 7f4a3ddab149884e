"""The shape of the house, read from the source and not from good intentions."""

import ast
import json
import re
import subprocess
import sys
from collections.abc import Iterator
from functools import cache
from graphlib import TopologicalSorter
from pathlib import Path

import pytest

import mdmameta

ROOT = Path(__file__).parents[1]
HOUSE = ROOT / "src" / "mdmameta"
sys.path.insert(0, str(ROOT / "docs"))

import module_map  # noqa: E402 (a script beside the pages)

FLOOR = {
    room: height for height, rooms in enumerate(module_map.FLOORS) for room in rooms
}

#: Slow libraries, and the one place where a function may import each.
ROOMS = {
    "arviz": "mdmameta.models.bayesian",
    "dask": "mdmameta.sensitivity.multiverse",
    "distributed": "mdmameta.sensitivity.multiverse",
    "nutpie": "mdmameta.models.bayesian",
    "pymc": "mdmameta.models.bayesian",
    "pytensor": "mdmameta.models.bayesian",
    "matplotlib": "mdmameta.figures",
    "nbclient": "mdmameta.reporting",
    "nbformat": "mdmameta.reporting",
    "pyarrow": "mdmameta.sensitivity.multiverse",
    "pypandoc": "mdmameta.reporting",
}
NOT_ON_IMPORT = ["arviz", "matplotlib", "pandas", "pymc", "scipy", "statsmodels"]

LONGEST_MODULE = 300
LONGEST_BODY = 30

Function = ast.FunctionDef | ast.AsyncFunctionDef
FUNCTION = (ast.FunctionDef, ast.AsyncFunctionDef)


#: Modules that may write files, as ARCHITECTURE.md lists them.
WRITERS = (
    "derive",
    "reporting",
    "cli",
    "starter",
    "figures.saving",
    "exchange.metafor",
    "sensitivity.multiverse.parts",
    "models.bayesian.sampled",
    "models.bayesian.compat",  # for `sampled`, as ArviZ has it
)

#: Calls that write a file.
WRITING = {"write_text", "write_bytes", "to_netcdf", "savefig", "copytree", "copyfile"}


def name_of(path: Path) -> str:
    parts = path.relative_to(HOUSE.parent).with_suffix("").parts
    return ".".join(parts[:-1] if parts[-1] == "__init__" else parts)


FILES = {name_of(path): path for path in sorted(HOUSE.rglob("*.py"))}
TREES = {name: ast.parse(path.read_text("utf-8")) for name, path in FILES.items()}
MODULES = [name for name in FILES if name != "mdmameta"]


def inside(name: str, package: str) -> bool:
    return name == package or name.startswith(package + ".")


def is_for_types_only(node: ast.AST) -> bool:
    return isinstance(node, ast.If) and "TYPE_CHECKING" in ast.unparse(node.test)


def statements(node: ast.AST, *, types: bool, functions: bool) -> Iterator[ast.AST]:
    """Walk a tree, leaving out what only type checkers or callers run."""
    for child in ast.iter_child_nodes(node):
        if is_for_types_only(child) and not types:
            continue
        if isinstance(child, FUNCTION) and not functions:
            continue
        yield child
        yield from statements(child, types=types, functions=functions)


def targets(node: ast.AST) -> Iterator[str]:
    """Give the modules that an import statement names, absolute."""
    if isinstance(node, ast.Import):
        yield from (alias.name for alias in node.names)
    elif isinstance(node, ast.ImportFrom):
        assert node.level == 0, f"relative import: {ast.unparse(node)}"
        for alias in node.names:
            whole = f"{node.module}.{alias.name}"
            lazy = mdmameta._HOME.get(alias.name) if node.module == "mdmameta" else None
            yield lazy or (whole if whole in FILES else str(node.module))


@cache
def imports(name: str, *, types: bool = True, functions: bool = True) -> set[str]:
    nodes = statements(TREES[name], types=types, functions=functions)
    return {target for node in nodes for target in targets(node)}


def own(names: set[str]) -> set[str]:
    return {name for name in names if inside(name, "mdmameta")}


def public(name: str) -> Iterator[tuple[str, ast.ClassDef | Function]]:
    """Public classes, functions and methods of a module, with dotted names."""
    waiting = [(name, node) for node in TREES[name].body]
    while waiting:
        where, node = waiting.pop(0)
        named = isinstance(node, (*FUNCTION, ast.ClassDef))
        if not named or node.name.startswith("_"):
            continue
        yield f"{where}.{node.name}", node
        if isinstance(node, ast.ClassDef):
            waiting += [(f"{where}.{node.name}", child) for child in node.body]


def floor_of(name: str) -> int:
    return FLOOR[name.split(".")[1]]


def test_a_module_imports_from_its_own_floor_or_below():
    upwards = {
        (name, other)
        for name in MODULES
        for other in own(imports(name)) - {"mdmameta"}
        if floor_of(other) > floor_of(name)
    }
    assert upwards == set()


def test_no_module_takes_the_whole_package_in_hand():
    whole = {
        name
        for name in MODULES
        for node in statements(TREES[name], types=True, functions=True)
        if isinstance(node, ast.Import)
        and "mdmameta" in {alias.name for alias in node.names}
    }
    assert whole == set()


def test_frequentist_and_bayesian_models_do_not_know_each_other():
    sides = ("mdmameta.models.frequentist", "mdmameta.models.bayesian")
    for side, other in (sides, sides[::-1]):
        for name in (name for name in MODULES if inside(name, side)):
            assert not [seen for seen in imports(name) if inside(seen, other)], name


def test_models_common_ground_knows_neither_side():
    sides = ("mdmameta.models.frequentist", "mdmameta.models.bayesian")
    for name in (name for name in MODULES if inside(name, "mdmameta.models")):
        if not any(inside(name, side) for side in sides):
            seen = {other for other in imports(name) for s in sides if inside(other, s)}
            assert seen == set(), name


def library(target: str) -> str:
    return target.split(".")[0]


def test_slow_libraries_are_imported_in_their_own_room():
    strays = {
        (name, target)
        for name in FILES
        for target in imports(name, types=False)
        if library(target) in ROOMS and not inside(name, ROOMS[library(target)])
    }
    assert strays == set()


def test_slow_libraries_are_imported_by_functions():
    early = {
        (name, target)
        for name in FILES
        for target in imports(name, types=False, functions=False)
        if library(target) in ROOMS
    }
    assert early == set()


def test_no_module_loads_all_of_scipys_distributions_for_a_quantile():
    early = {
        name
        for name in FILES
        for target in imports(name, types=False, functions=False)
        if inside(target, "scipy.stats")
    }
    assert early == set()


def test_no_import_goes_in_a_circle_not_even_inside_functions():
    graph = {name: own(imports(name, types=False)) - {name} for name in FILES}
    assert set(TopologicalSorter(graph).static_order()) == set(FILES)


def test_no_module_is_a_drawer_for_everything():
    drawers = re.compile(r"\b_?(utils?|helpers?|common|misc|base)\b")
    assert [name for name in FILES if drawers.search(name)] == []


def test_a_module_is_short():
    lines = {name: path.read_text("utf-8").count("\n") for name, path in FILES.items()}
    assert {name: n for name, n in lines.items() if n > LONGEST_MODULE} == {}


def test_a_module_says_what_it_is_for():
    assert [name for name in FILES if not ast.get_docstring(TREES[name])] == []


def body_lines(node: Function) -> int:
    body = node.body[1:] if ast.get_docstring(node) else node.body
    return body[-1].end_lineno - body[0].lineno + 1 if body else 0


def test_a_function_is_short():
    lines = {
        f"{name}.{node.name}".removeprefix("mdmameta."): body_lines(node)
        for name in FILES
        for node in ast.walk(TREES[name])
        if isinstance(node, FUNCTION)
    }
    assert {name: n for name, n in lines.items() if n > LONGEST_BODY} == {}


def test_everything_public_has_a_docstring():
    bare = [
        path
        for name in FILES
        for path, node in public(name)
        if not ast.get_docstring(node)
    ]
    assert bare == []


def test_an_init_holds_names_only():
    allowed = (ast.Expr, ast.Import, ast.ImportFrom, ast.Assign)
    rooms = {name for name in MODULES if FILES[name].name == "__init__.py"}
    more = {n for n in rooms for o in TREES[n].body if not isinstance(o, allowed)}
    assert rooms
    assert more == set()


def test_importing_the_package_loads_no_numerics():
    code = "import json, sys, mdmameta; print(json.dumps(sorted(sys.modules)))"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, check=True)
    assert set(json.loads(done.stdout)).isdisjoint(NOT_ON_IMPORT)


@pytest.mark.parametrize("name", mdmameta.__all__)
def test_a_public_name_resolves(name):
    assert getattr(mdmameta, name) is not None
    assert name in dir(mdmameta)


def writes(node: ast.AST) -> bool:
    """Tell whether a call writes a file: by its name, or by the mode of an opening."""
    if not isinstance(node, ast.Call):
        return False
    name = getattr(node.func, "attr", getattr(node.func, "id", ""))
    if name in {"open", "fdopen"}:
        modes = [one.value for one in node.args if isinstance(one, ast.Constant)]
        return any(str(mode)[:1] in {"w", "a", "x"} for mode in modes)
    return name in WRITING


def test_a_module_that_writes_files_is_one_that_may():
    writers = {n for n in MODULES if any(writes(o) for o in ast.walk(TREES[n]))}
    may = {n for n in writers for one in WRITERS if inside(n, f"mdmameta.{one}")}
    assert may
    assert writers - may == set()


def test_the_map_of_the_modules_has_all_of_them_as_they_are():
    """``python docs/module_map.py`` writes the page anew."""
    page = module_map.PAGE.read_text("utf-8")
    listed = re.findall(r"^\| `([\w/]+(?:\.py|/))` \|", page, re.M)
    there = [path.relative_to(HOUSE) for name, path in FILES.items() if name in MODULES]
    expected = [
        f"{path.parent.as_posix()}/" if path.stem == "__init__" else path.as_posix()
        for path in there
    ]
    assert sorted(listed) == sorted(expected)
    assert page == module_map.page()
