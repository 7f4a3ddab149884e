"""metafor's predict for means, at moderators, and by every kind of interval."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import numpy as np
import pandas as pd

from mdmameta.effects.back_transforms import back_transform
from mdmameta.effects.recipe import BackTransform
from mdmameta.models.fit import Fit
from mdmameta.models.frequentist import RandomEffects
from mdmameta.models.frequentist.prediction import prediction_interval
from mdmameta.models.frequentist.predictions import predict
from metafor_models import effects, model, out_of_scope
from reference_cases import Comparison, LeftOut, load, numbers

#: metafor's predtype -> the option here, whose standard error is the classic one.
KINDS = {"default": "metafor", "Riley": "HTS", "t": "V", "simple": "simple"}

#: The back-transformations asked of predict.
SHOWN: dict[str, BackTransform] = {
    "ztor": "tanh",
    "ilogit": "inverse logit",
    "ipft.hm": "inverse Freeman-Tukey proportion",
}


def compare_predict(to: Comparison, name: str, check: dict[str, Any]) -> None:
    args = {key: v for key, v in check["args"].items() if key != "transf"}
    if reason := out_of_scope(args):
        raise LeftOut(reason)
    fit = model(args).fit(effects(name, check["on"]))
    if "newmods" in args:
        compare_at_moderators(to, check, fit)
    else:
        compare_mean(to, check, fit, people(name, check["on"]))


def people(name: str, on: str) -> float:
    """Harmonic mean of the sizes of studies, where they are stated."""
    n = numbers(load(name)["effects"][on].get("ni", [np.nan]))
    return float(1 / np.mean(1 / n))


def compare_mean(to: Comparison, check: dict[str, Any], fit: Fit, n: float) -> None:
    e, r, shown = fit.estimate, check["result"], check["args"].get("transf")
    low, high = prediction(fit, check["args"].get("predtype", "default"))
    ours = {"pred": e.value, "ci_lb": e.ci_low, "ci_ub": e.ci_high}
    if fit.k > 1:  # metafor predicts from one study as if there were no variance
        assert "pi_lb" in r or np.isnan([low, high]).all()
        ours |= {"pi_lb": low, "pi_ub": high}
    for key, mine in ours.items():
        if key in r:
            mine = back_transform(mine, SHOWN[shown], n) if shown else mine
            to.add(check, key, mine, r[key])
    to.add(check, "se", e.se, r["se"])


def prediction(fit: Fit, predtype: str) -> tuple[float, float]:
    """Interval of a fit by metafor's rule of `predtype`."""
    e, residual = fit.estimate, fit.heterogeneity.q_df
    if not isinstance(fit.model, RandomEffects) or fit.k == 1:
        return e.pi_low, e.pi_high
    if fit.model.interval.startswith("knapp") and predtype in ("Riley", "t"):
        # metafor keeps the scaled standard error; HTS and V here do not.
        df = float(residual if predtype == "t" else max(residual - 1, 1))
        tau2 = fit.heterogeneity.tau2
        return prediction_interval(e.value, e.se, tau2, df=df, level=e.level)
    kind: Any = KINDS[predtype]
    again = replace(fit.model, prediction=kind).fit(fit.effects)
    return again.estimate.pi_low, again.estimate.pi_high


def compare_at_moderators(to: Comparison, check: dict[str, Any], fit: Fit) -> None:
    table = predict(fit, new_moderators(check["args"]))
    ours = {"pred": "value", "se": "se", "ci_lb": "ci_low", "ci_ub": "ci_high"}
    ours |= {"pi_lb": "pi_low", "pi_ub": "pi_high"}
    for key, column in ours.items():
        to.add(check, key, table[column], check["result"][key])


def new_moderators(args: dict[str, Any]) -> pd.DataFrame | None:
    if args["newmods"] == "observed":
        return None
    rows = args["newmods"]
    columns = args["mods"].removeprefix("~ ").split(" + ")
    return pd.DataFrame(numbers(rows).reshape(len(rows), -1), columns=columns)


COMPARE = {"predict": compare_predict}
