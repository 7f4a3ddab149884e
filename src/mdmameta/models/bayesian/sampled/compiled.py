"""A model as one compiled function of its parameters and data, drawn from by nutpie.

nutpie can compile a PyMC model itself, but wraps it in code that no file can keep: that
took most of the time of a first fit. Here PyTensor compiles one function, keeps it on
disk between processes, and nutpie calls it.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from importlib import import_module
from typing import Any

import numpy as np

from mdmameta.arrays import FloatArray
from mdmameta.models.bayesian.sampler import Sampler

#: Name of the one vector in which nutpie keeps its draws.
POINT = "point"

#: Half the width of the uniform jitter of a chain's start, on the unconstrained scale:
#: nutpie's and PyMC's own.
JITTER = 1.0


@dataclass(frozen=True, eq=False, slots=True)
class Compiled:
    """Log density of unconstrained parameters, and the way back from them.

    Parameters
    ----------
    density
        Log density and gradient at a point of shape (n,), given the data.
    back
        Parameters, each of shape (S, ...), at S points of shape (S, n).
    start
        Where chains start, but for jitter, shape (n,).
    names, data
        Of the parameters and of the data, in order.
    """

    density: Callable[..., Any]
    back: Callable[[FloatArray], list[FloatArray]]
    start: FloatArray
    names: tuple[str, ...]
    data: tuple[str, ...]

    def sample(
        self, data: Mapping[str, FloatArray], sampler: Sampler
    ) -> tuple[dict[str, FloatArray], np.ndarray]:
        """Draw for these data.

        Returns
        -------
        tuple
            Draws of each parameter, shape (chain, draw, ...), and which of them ended a
            divergent transition.
        """
        nutpie = import_module("nutpie")
        idata = nutpie.sample(
            self._for(data),
            draws=sampler.draws,
            tune=sampler.tune,
            chains=sampler.chains,
            seed=sampler.seed,
            target_accept=sampler.target_accept,
            progress_bar=False,
            save_warmup=False,
        )
        points = np.asarray(idata["posterior"][POINT].values, dtype=float)
        chains = points.shape[:2]
        found = self.back(points.reshape(-1, self.start.size))
        values = {
            name: np.asarray(x, dtype=float).reshape(*chains, *np.shape(x)[1:])
            for name, x in zip(self.names, found, strict=True)
        }
        return values, np.asarray(idata["sample_stats"]["diverging"].values)

    def _for(self, data: Mapping[str, FloatArray]) -> Any:
        # Copies: numba compiles anew for arrays that cannot be written.
        arrays = [np.array(data[name], dtype=float, order="C") for name in self.data]
        self.density(self.start, *arrays)  # compiled before threads ask for it

        def value(x: FloatArray) -> tuple[float, FloatArray]:
            log_density, gradient = self.density(x, *arrays)
            return float(log_density), gradient

        def begin(seed: int) -> FloatArray:
            rng = np.random.default_rng(seed)
            return self.start + rng.uniform(-JITTER, JITTER, self.start.size)

        return import_module("nutpie.compiled_pyfunc").from_pyfunc(
            self.start.size,
            lambda: value,
            lambda *_: lambda x: {POINT: x},
            [np.dtype("float64")],
            [(self.start.size,)],
            [POINT],
            make_initial_point_fn=begin,
        )


def compile_model(
    model: Any, names: tuple[str, ...], data: Mapping[str, Any]
) -> Compiled:
    """Compile a PyMC model whose data are inputs, and not values.

    Parameters
    ----------
    model
        With the data as tensors of no value.
    names
        Of the parameters that are wanted, sampled or computed.
    data
        Those tensors, by name.
    """
    pytensor, pt = (import_module(name) for name in ("pytensor", "pytensor.tensor"))
    replaced = import_module("pytensor.graph.replace")
    point = model.initial_point()
    variables = model.value_vars
    parts = [np.ravel(np.asarray(point[v.name], dtype=float)) for v in variables]
    start = np.concatenate(parts)
    x = pt.TensorType("float64", (start.size,))("x")
    at = dict(zip(variables, _split(x, variables, parts), strict=True))
    log_density = model.logp()
    slopes = pytensor.grad(log_density, variables)
    gradient = pt.concatenate([slope.ravel() for slope in slopes])
    outputs = replaced.clone_replace([log_density, gradient], at)
    density = pytensor.function([x, *data.values()], outputs, mode="NUMBA")
    wanted = model.replace_rvs_by_values([model[name] for name in names])
    one = replaced.clone_replace(wanted, at)
    many = pt.matrix("points")
    all_of = replaced.vectorize_graph(one, {x: many})
    back = pytensor.function([many], all_of, mode="FAST_COMPILE")
    return Compiled(density.vm.jit_fn, back, start, names, tuple(data))


def _split(x: Any, variables: list[Any], parts: list[FloatArray]) -> list[Any]:
    """Slices of the point in the shapes of the variables: scalars or vectors."""
    ends = np.cumsum([part.size for part in parts])
    return [
        x[int(end) - 1] if variable.ndim == 0 else x[int(end) - part.size : int(end)]
        for variable, part, end in zip(variables, parts, ends, strict=True)
    ]
