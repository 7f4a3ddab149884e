"""How long a call takes, how much memory, and what the machine could do."""

from __future__ import annotations

import time
import tracemalloc
from collections.abc import Callable
from typing import Any

import numpy as np

#: Rounds of which the quickest counts, and seconds that they take together.
ROUNDS, PATIENCE = 5, 3.0


def seconds(call: Callable[[], Any]) -> tuple[float, Any]:
    """Return processor seconds of a call, the least of several, and its result."""
    result = call()
    best, spent = np.inf, 0.0
    for _ in range(ROUNDS):
        runs, start = 0, time.process_time()
        while runs == 0 or time.process_time() - start < 0.02:
            call()
            runs += 1
        took = time.process_time() - start
        best, spent = min(best, took / runs), spent + took
        if spent > PATIENCE:
            break
    return best, result


def peak_memory(call: Callable[[], Any]) -> int:
    """Return the most bytes that a call has at once, beyond those before it."""
    tracemalloc.start()
    call()
    _, peak = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    return peak


def limits() -> dict[str, float]:
    """Operations a second of one core: of a product of matrices, and of a sum."""
    A = np.random.default_rng(1).random((1500, 1500))
    took, _ = seconds(lambda: A @ A)
    cached, long = np.ones(2**13), np.ones(2**25)
    near, _ = seconds(lambda: np.multiply(cached, cached, out=cached))
    far, _ = seconds(lambda: np.add(long, 1.0, out=long))
    return {
        "dgemm": 2 * 1500**3 / took,
        "cached": cached.size / near,
        "stream": 16 * long.size / far,
    }


def operations(call: Callable[[], Any]) -> float:
    """Count the floating-point operations that the search for τ² makes.

    Of each row and each point of the search nine (with one logarithm), of each
    step of Newton's twenty; the rest of a fit is not counted.
    """
    from mdmameta.models.frequentist.batched import likelihood

    counted = 0
    known = {name: getattr(likelihood, name) for name in ("log_likelihood", "_step")}

    def counting(name: str, each: int) -> Callable[..., Any]:
        def counted_call(data: Any, *args: Any, **options: Any) -> Any:
            nonlocal counted
            counted += each * data.n * data.v.shape[0]
            return known[name](data, *args, **options)

        return counted_call

    likelihood.log_likelihood = counting("log_likelihood", 9)
    likelihood._step = counting("_step", 20)
    try:
        call()
    finally:
        for name, function in known.items():
            setattr(likelihood, name, function)
    return counted
