"""Effects and the call of R's metafor that repeats a fit."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pandas as pd

from mdmameta.errors import ModelError
from mdmameta.models.fit import Fit
from mdmameta.models.frequentist import (
    CommonEffect,
    LocationScale,
    MantelHaenszel,
    MetaRegression,
    Multilevel,
    Peto,
    RandomEffects,
)

#: Our intervals -> metafor's ``test``.
TEST = {
    "wald": "z",
    "t": "t",
    "knapp-hartung": "knha",
    "knapp-hartung-adhoc": "adhoc",
}


def metafor_call(fit: Fit) -> str:
    """Return the call of metafor that repeats a fit, on a data frame ``dat``.

    Parameters
    ----------
    fit
        Of CommonEffect, RandomEffects, MetaRegression, LocationScale,
        Multilevel, MantelHaenszel or Peto.

    Raises
    ------
    ModelError
        When metafor has no such model or option.

    Examples
    --------
    >>> from mdmameta import Effects
    >>> effects = Effects.from_arrays(y=[0.1, 0.5], v=[0.1, 0.1])
    >>> metafor_call(RandomEffects().fit(effects))
    'rma(yi, vi, data = dat, method = "REML", test = "knha", level = 95)'
    """
    model: Any = fit.model
    for kind, write in _CALLS.items():
        if type(model) is kind:
            return write(model, fit)
    raise ModelError(
        f"{model!r} has no call of metafor here; there are calls for "
        f"{', '.join(kind.__name__ for kind in _CALLS)}."
    )


def write_metafor(fit: Fit, folder: str | Path) -> tuple[Path, Path]:
    """Write effects.csv and analysis.R, which repeats the fit with metafor.

    Parameters
    ----------
    fit
        See `metafor_call`.
    folder
        Made if it is not there; files of these names are replaced.

    Returns
    -------
    tuple of pathlib.Path
        The table and the script. Text that begins with =, +, - or @ stays as
        it is: open the table with R, not with a spreadsheet.

    Raises
    ------
    ModelError
        When metafor has no such model, or the folder cannot be written.

    Examples
    --------
    >>> from mdmameta import Effects
    >>> from tempfile import TemporaryDirectory
    >>> fit = CommonEffect().fit(Effects.from_arrays(y=[0.1, 0.5], v=[0.1, 0.1]))
    >>> with TemporaryDirectory() as folder:
    ...     table, script = write_metafor(fit, folder)
    ...     print(script.read_text("utf-8").splitlines()[3])
    ...
    fit <- rma(yi, vi, data = dat, method = "EE", level = 95)
    """
    call = metafor_call(fit)
    folder = Path(folder)
    table, script = folder / "effects.csv", folder / "analysis.R"
    e = fit.estimate
    text = (
        "# Repeats a fit of mdmameta with metafor, which stands below it.\n"
        "library(metafor)\n"
        'dat <- read.csv("effects.csv")\n'
        f"fit <- {call}\n"
        "print(fit, digits = 6)\n"
        f"# mdmameta: {e.value:.6f} [{e.ci_low:.6f}, {e.ci_high:.6f}], "
        f"tau2 {fit.heterogeneity.tau2:.6f}\n"
    )
    try:
        folder.mkdir(parents=True, exist_ok=True)
        _table(fit).to_csv(table, index=False, lineterminator="\n")
        script.write_text(text, encoding="utf-8")
    except OSError as error:
        raise ModelError(
            f"{folder} cannot be written ({error.strerror}); name another folder."
        ) from error
    return table, script


def _table(fit: Fit) -> pd.DataFrame:
    effects = fit.effects
    if effects.covariance is not None:
        raise ModelError(
            "the effects are correlated, and effects.csv has room for variances alone. "
            "Write the matrix by itself: effects.V."
        )
    own = pd.DataFrame({"study": effects.study, "yi": effects.y, "vi": effects.v})
    rest = effects.frame.drop(columns=["study", "yi", "vi"], errors="ignore")
    table = pd.concat([own, rest.reset_index(drop=True)], axis=1)
    return table.iloc[fit.used]


def _options(model: Any, method: str) -> str:
    if model.interval not in TEST:
        raise ModelError(
            f"metafor has no interval {model.interval!r}; write the model with one of "
            f"{', '.join(map(repr, TEST))}."
        )
    test = "" if model.interval == "wald" else f', test = "{TEST[model.interval]}"'
    return f"{method}{test}, level = {100 * model.level:g}"


def _method(tau2: Any) -> str:
    return f'method = "{tau2}"' if isinstance(tau2, str) else f"tau2 = {tau2:g}"


def _weighted(model: Any) -> str:
    if model.weights == "inverse-variance":
        return ""
    if model.weights == "equal":
        return ", weighted = FALSE"
    raise ModelError(
        f"weights={model.weights!r} are not written to R. Write the model without, "
        "and give them to rma(weights=) there."
    )


def _common(model: CommonEffect, fit: Fit) -> str:
    options = _options(model, 'method = "EE"')
    return f"rma(yi, vi, data = dat, {options}{_weighted(model)})"


def _random(model: RandomEffects, fit: Fit) -> str:
    options = _options(model, _method(model.tau2))
    return f"rma(yi, vi, data = dat, {options}{_weighted(model)})"


def _regression(model: MetaRegression, fit: Fit) -> str:
    options = _options(model, _method(model.tau2))
    return (
        f"rma(yi, vi, mods = {model.formula}, data = dat, {options}{_weighted(model)})"
    )


def _location_scale(model: LocationScale, fit: Fit) -> str:
    options = _options(model, f'method = "{model.method}"')
    return (
        f"rma(yi, vi, mods = {model.formula}, scale = {model.scale}, data = dat, "
        f"{options})"
    )


def _multilevel(model: Multilevel, fit: Fit) -> str:
    if model.robust:
        raise ModelError(
            f"robust={model.robust!r} is no option of rma.mv. Write the model without, "
            "and call clubSandwich's coef_test() on it in R."
        )
    path = "/".join("row" if level == "effect" else level for level in model.levels)
    data = "transform(dat, row = seq_len(nrow(dat)))" if "row" in path else "dat"
    mods = f"mods = {model.formula}, " if model.formula else ""
    options = _options(model, f'method = "{model.method}"')
    return f"rma.mv(yi, vi, {mods}random = ~ 1 | {path}, data = {data}, {options})"


def _mantel_haenszel(model: MantelHaenszel, fit: Fit) -> str:
    rates = model.measure in ("IRR", "IRD")
    names = ("x1i", "t1i", "x2i", "t2i") if rates else ("ai", "n1i", "ci", "n2i")
    given = ", ".join(f"{name} = {name}" for name in names)
    return (
        f'rma.mh({given}, measure = "{model.measure}", data = dat, '
        f"{_constants(model)}, correct = {str(model.correct).upper()}, "
        f"level = {100 * model.level:g})"
    )


def _peto(model: Peto, fit: Fit) -> str:
    return (
        "rma.peto(ai = ai, n1i = n1i, ci = ci, n2i = n2i, data = dat, "
        f"{_constants(model)}, level = {100 * model.level:g})"
    )


def _constants(model: MantelHaenszel | Peto) -> str:
    add = ", ".join(f"{x:g}" for x in model.add)
    to = ", ".join(f'"{x}"' for x in model.to)
    drop = ", ".join(str(x).upper() for x in model.drop00)
    return f"add = c({add}), to = c({to}), drop00 = c({drop})"


_CALLS: dict[type, Callable[[Any, Fit], str]] = {
    CommonEffect: _common,
    RandomEffects: _random,
    MetaRegression: _regression,
    LocationScale: _location_scale,
    Multilevel: _multilevel,
    MantelHaenszel: _mantel_haenszel,
    Peto: _peto,
}
