"""How many small faults in the kernels the tests notice: a seeded mutation study.

Run from the root of the project: ``python benchmarks/mutation.py [KERNEL ...]``. It
tries mutants of the kernels named, or of all that have changed, keeps what came of
each in benchmarks/mutation_results.json, and writes docs/mutation.md. ``--page``
writes the page alone; ``--survivors`` tries only those again that survived, after
tests were added.
"""

from __future__ import annotations

import hashlib
import importlib.abc
import importlib.util
import io
import json
import os
import platform
import random
import resource
import sys
from contextlib import redirect_stderr, redirect_stdout
from importlib.metadata import version
from pathlib import Path

from mutants import Mutant, mutants

ROOT = Path(__file__).parents[1]
RESULTS = ROOT / "benchmarks/mutation_results.json"
REASONS = ROOT / "benchmarks/mutation_survivors.json"
PAGE = ROOT / "docs/mutation.md"
SEED = 20261121

#: Mutants tried of each kernel at most.
TRIED = 16

#: Seconds of processor time after which a mutant counts as noticed: it hangs.
SLOW = 300

#: Imported before the forks, so that a mutant costs little more than its tests.
AHEAD = ("click", "formulaic", "hypothesis", "pandas", "pytest", "scipy.stats")

FREQUENTIST, BAYESIAN = "models/frequentist", "models/bayesian"

#: Kernel -> its own tests, the most likely to notice first.
KERNELS: dict[str, list[str]] = {
    f"{FREQUENTIST}/tau2": ["test_tau2", "test_random_effects"],
    f"{FREQUENTIST}/moments": ["test_moments", "test_tau2"],
    f"{FREQUENTIST}/likelihood": ["test_likelihood", "test_tau2"],
    f"{FREQUENTIST}/intervals": ["test_intervals", "test_random_effects"],
    f"{FREQUENTIST}/prediction": ["test_prediction", "test_random_effects"],
    f"{FREQUENTIST}/qprofile": ["test_qprofile", "test_tau2_intervals"],
    f"{FREQUENTIST}/tau2_intervals": ["test_tau2_intervals", "test_qprofile"],
    f"{FREQUENTIST}/heterogeneity": ["test_heterogeneity", "test_tau2_intervals"],
    "effects/continuous": ["test_continuous", "test_measures"],
    "effects/corrections": ["test_corrections", "test_continuous"],
    "effects/binary": ["test_binary", "test_zero_counts", "test_measures"],
    "effects/rates": ["test_rates"],
    "effects/proportions": ["test_proportions"],
    "effects/correlations": ["test_correlations"],
    "effects/smd_transforms": ["test_smd_transforms", "test_measures"],
    "effects/recovery": ["test_recovery"],
    "effects/wald": ["test_wald"],
    f"{BAYESIAN}/quadrature": ["test_quadrature", "test_exact"],
    f"{BAYESIAN}/kernel": ["test_kernel", "test_exact", "test_random_effects"],
    f"{BAYESIAN}/marginals": ["test_marginals", "test_exact", "test_against_grid"],
    f"{BAYESIAN}/tau_posterior": ["test_exact", "test_marginals"],
}


class Changed(importlib.abc.MetaPathFinder, importlib.abc.Loader):
    """Gives a changed module in place of the one on the disk."""

    def __init__(self, name: str, mutant: Mutant | None) -> None:
        self.name, self.mutant = name, mutant

    def find_spec(self, name, path, target=None):
        if name != self.name or self.mutant is None:
            return None
        return importlib.util.spec_from_loader(name, self)

    def exec_module(self, module) -> None:
        exec(compile(self.mutant.tree, self.name, "exec"), vars(module))


def source_of(kernel: str) -> Path:
    return ROOT / f"src/mdmameta/{kernel}.py"


def tests_of(kernel: str) -> list[Path]:
    folder = ROOT / "tests" / Path(kernel).parent
    return [folder / f"{name}.py" for name in KERNELS[kernel]]


def noticed(kernel: str, mutant: Mutant | None) -> bool:
    """Run the tests of a kernel in a process of their own; tell if one failed."""
    child = os.fork()
    if child == 0:
        os._exit(_run(kernel, mutant))
    _, status = os.waitpid(child, 0)
    return status != 0


def _run(kernel: str, mutant: Mutant | None) -> int:
    import pytest

    resource.setrlimit(resource.RLIMIT_CPU, (SLOW, SLOW))
    sys.meta_path.insert(0, Changed(f"mdmameta.{kernel.replace('/', '.')}", mutant))
    alone = f"--confcutdir={ROOT / 'tests' / Path(kernel).parent}"
    words = ["-x", "-q", "-p", "no:cacheprovider", alone]
    with redirect_stdout(io.StringIO()), redirect_stderr(io.StringIO()):
        return int(pytest.main([*words, *map(str, tests_of(kernel))]))


def digest(kernel: str) -> str:
    """What a result rests on: the kernel, its tests and the mutations."""
    files = [source_of(kernel), *tests_of(kernel), ROOT / "benchmarks/mutants.py"]
    return hashlib.sha256(b"".join(file.read_bytes() for file in files)).hexdigest()


def tried(kernel: str, again: list[str] | None = None) -> dict:
    """Try a seeded sample of a kernel's mutants; of these, those named alone."""
    if noticed(kernel, None):
        raise SystemExit(f"{kernel}: its tests fail as it is; mend them first.")
    every = mutants(source_of(kernel).read_text("utf-8"))
    rng = random.Random(f"{SEED}{kernel}")
    chosen = sorted(rng.sample(range(len(every)), min(TRIED, len(every))))
    survivors = []
    for index in chosen:
        if again is not None and every[index].name not in again:
            continue
        if not noticed(kernel, every[index]):
            survivors.append(every[index].name)
            sys.stderr.write(f"  survives: {kernel} {every[index].name}\n")
    return {
        "digest": digest(kernel),
        "possible": len(every),
        "tried": len(chosen),
        "survivors": survivors,
        "python": platform.python_version(),
        "numpy": version("numpy"),
        "scipy": version("scipy"),
    }


def page(results: dict[str, dict], reasons: dict[str, dict[str, str]]) -> str:
    """Return the page of what was tried and what survived."""
    total = sum(one["tried"] for one in results.values())
    killed = total - sum(len(one["survivors"]) for one in results.values())
    used = {f"Python {r['python']}, NumPy {r['numpy']}, SciPy {r['scipy']}"
            for r in results.values()}  # fmt: skip
    lines = [
        "# Do the tests notice a fault?",
        "",
        "Made by `nox -s mutation` (`benchmarks/mutation.py`), with "
        f"{'; '.join(sorted(used))}, seed {SEED}. A mutant is a kernel with one small "
        "fault: an operator, a comparison, a constant, a sign, a condition, a maximum. "
        f"Up to {TRIED} of each kernel are drawn at random, and only that kernel's own "
        "test files are run, not the thousands of comparisons with R.",
        "",
        f"**{killed} of {total} mutants were noticed: {100 * killed / total:.1f} %.**",
        "",
        "| kernel | possible | tried | noticed | share |",
        "| --- | --: | --: | --: | --: |",
    ]
    for kernel, one in results.items():
        caught = one["tried"] - len(one["survivors"])
        share = f"{100 * caught / one['tried']:.0f} %"
        counts = f"{one['possible']} | {one['tried']} | {caught} | {share}"
        lines.append(f"| `{kernel}` | {counts} |")
    lines += ["", "## What survived, and why", ""]
    for kernel, one in results.items():
        known = reasons.get(kernel, {})
        for name in one["survivors"]:
            why = known.get(name.split(": ", 1)[1], "Not looked into.")
            lines.append(f"- `{kernel}`, {name}. {why}")
    return "\n".join(lines) + "\n"


def main(words: list[str]) -> None:
    results = json.loads(RESULTS.read_text("utf-8")) if RESULTS.exists() else {}
    asked = [word for word in words if word in KERNELS] or list(KERNELS)
    for kernel in [] if "--page" in words else asked:
        if results.get(kernel, {}).get("digest") == digest(kernel):
            continue
        known = results.get(kernel, {}).get("survivors")
        results[kernel] = tried(kernel, known if "--survivors" in words else None)
        ordered = {one: results[one] for one in KERNELS if one in results}
        RESULTS.write_text(json.dumps(ordered, indent=1, ensure_ascii=False) + "\n")
        sys.stderr.write(f"{kernel}: {len(results[kernel]['survivors'])} survive\n")
    reasons = json.loads(REASONS.read_text("utf-8")) if REASONS.exists() else {}
    PAGE.write_text(page(results, reasons), "utf-8")


if __name__ == "__main__":
    os.environ["PYTEST_DISABLE_PLUGIN_AUTOLOAD"] = "1"
    for name in AHEAD:
        __import__(name)
    main(sys.argv[1:])
