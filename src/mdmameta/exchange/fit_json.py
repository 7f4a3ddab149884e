"""A Fit as JSON, and back."""

from __future__ import annotations

import json
import math
from dataclasses import dataclass, fields
from typing import Any, NoReturn

import numpy as np
import pandas as pd

from mdmameta.effects.table import Effects
from mdmameta.errors import ModelError
from mdmameta.models.caution import Caution
from mdmameta.models.fit import Diagnostics, Estimate, Fit, Heterogeneity

#: Version of the format; a reader refuses one that it does not know.
FORMAT = 1

_HETEROGENEITY = ("tau2", "i2", "h2", "q", "q_df", "q_p", "tau2_se", "typical_v")


@dataclass(frozen=True)
class StoredModel:
    """Stands for the model of a fit that was read from JSON.

    Parameters
    ----------
    label
        ``repr`` of the model that was fitted.

    Examples
    --------
    >>> import mdmameta as mm
    >>> effects = mm.Effects.from_arrays(y=[-0.9, -0.5], v=[0.05, 0.06])
    >>> text = mm.fit_to_json(mm.CommonEffect().fit(effects))
    >>> mm.fit_from_json(text).model
    CommonEffect(interval='wald')
    """

    label: str

    def __repr__(self) -> str:
        return self.label

    def fit(self, effects: Effects) -> NoReturn:
        """Refuse: only the name of the model was stored.

        Raises
        ------
        ModelError
            Always.
        """
        raise ModelError(
            f"{self.label} was read from JSON, which keeps results and not models; "
            "make the model again to fit it."
        )


def fit_to_json(fit: Fit, *, indent: int | None = 2) -> str:
    """Write a fit as JSON: everything but posteriors and functions.

    Numbers that do not exist or are infinite are objects such as ``{"number":
    "nan"}``, since JSON has no such number. The schema is
    ``docs/schemas/fit.schema.json``.

    Parameters
    ----------
    fit
        Any fit.
    indent
        Spaces; None for one line.

    Returns
    -------
    str

    Examples
    --------
    >>> from mdmameta.models.frequentist import CommonEffect
    >>> effects = Effects.from_arrays(y=[0.1, 0.5], v=[0.1, 0.1])
    >>> again = fit_from_json(fit_to_json(CommonEffect().fit(effects)))
    >>> again
    <Fit CommonEffect(interval='wald'): 0.3 [-0.1383, 0.7383]>
    """
    h = fit.heterogeneity
    document = {
        "format": FORMAT,
        "model": repr(fit.model),
        "k": fit.k,
        "estimate": {f.name: getattr(fit.estimate, f.name) for f in fields(Estimate)},
        "heterogeneity": {
            **{name: getattr(h, name) for name in _HETEROGENEITY},
            "tau2_ci": list(h.tau2_ci),
            "components": [list(pair) for pair in h.components],
        },
        "coefficients": fit.coefficients.to_dict("records"),
        "vcov": fit.vcov.tolist(),
        "weights": fit.weights.tolist(),
        "used": fit.used.tolist(),
        "warnings": [{"code": w.code, "text": str(w)} for w in fit.warnings],
        "diagnostics": {
            f.name: getattr(fit.diagnostics, f.name) for f in fields(Diagnostics)
        },
        "seed": fit.seed,
        "effects": _effects(fit.effects),
    }
    text = json.dumps(_plain(document), indent=indent, ensure_ascii=False)
    return text + "\n"


def fit_from_json(text: str) -> Fit:
    """Read a fit that `fit_to_json` wrote.

    Parameters
    ----------
    text
        JSON.

    Returns
    -------
    Fit
        With a `StoredModel`; without posterior, shrunken effects and functions.

    Raises
    ------
    ModelError
        For text that is no such fit, with what is wrong.

    Examples
    --------
    >>> from mdmameta import Effects, RandomEffects
    >>> effects = Effects.from_arrays(y=[0.1, 0.5], v=[0.1, 0.1])
    >>> text = fit_to_json(RandomEffects().fit(effects))
    >>> fit_from_json(text).model
    RandomEffects(tau2='REML', interval='knapp-hartung', prediction='metafor')
    """
    try:
        d = json.loads(text, object_hook=_numbers)
        if d["format"] != FORMAT:
            raise ModelError(
                f"the fit has format {d['format']}; this version reads {FORMAT}. "
                "Read it with the version of mdmameta that wrote it."
            )
        return _made(d)
    except json.JSONDecodeError as error:
        raise ModelError(f"not JSON: {error}") from error
    except (KeyError, TypeError) as error:
        raise ModelError(
            f"not a fit of mdmameta: {error!s} is missing or of another kind; the "
            "format is that of docs/schemas/fit.schema.json."
        ) from error


def _made(d: dict[str, Any]) -> Fit:
    h, e = dict(d["heterogeneity"]), d["effects"]
    low, high = h.pop("tau2_ci")
    h["components"] = tuple((str(name), float(x)) for name, x in h["components"])
    effects = Effects.from_arrays(
        y=e["y"],
        v=None if e["V"] else e["v"],
        V=e["V"],
        study=e["study"],
        moderators=pd.DataFrame(e["moderators"]),
        label=e["label"],
        measure=e["measure"],
        direction=e["direction"],
    )
    return Fit(
        model=StoredModel(d["model"]),
        effects=effects,
        used=np.array(d["used"], dtype=np.intp),
        estimate=Estimate(**d["estimate"]),
        heterogeneity=Heterogeneity(**h, tau2_interval=lambda: (low, high)),
        coefficients=pd.DataFrame(d["coefficients"]),
        vcov=np.array(d["vcov"], dtype=float),
        weights=np.array(d["weights"], dtype=float),
        warnings=tuple(Caution(w["code"], w["text"]) for w in d["warnings"]),
        diagnostics=Diagnostics(**d["diagnostics"]),
        seed=d["seed"],
    )


def _effects(effects: Effects) -> dict[str, Any]:
    cov = effects.covariance
    return {
        "y": effects.y.tolist(),
        "v": effects.v.tolist(),
        "V": None if cov is None else cov.tolist(),
        "study": effects.study.tolist(),
        "moderators": effects.frame.to_dict("list"),
        "label": effects.label,
        "measure": effects.measure,
        "direction": effects.direction,
    }


def _plain(value: Any) -> Any:
    """Python's own kinds; numbers that JSON lacks in words."""
    if isinstance(value, dict):
        return {str(key): _plain(item) for key, item in value.items()}
    if isinstance(value, list | tuple):
        return [_plain(item) for item in value]
    if isinstance(value, np.generic):
        value = value.item()
    if value is pd.NA or value is pd.NaT:
        return None
    if isinstance(value, float) and not math.isfinite(value):
        return {"number": str(value)}
    return value


def _numbers(found: dict[str, Any]) -> Any:
    return float(found["number"]) if set(found) == {"number"} else found
