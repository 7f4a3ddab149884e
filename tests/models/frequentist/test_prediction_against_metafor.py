"""metafor's predict for means, at moderators, and by every kind of interval."""

from __future__ import annotations

from dataclasses import replace
from functools import cache
from typing import Any

import numpy as np
import pandas as pd
import pytest

from mdmameta.models.fit import Fit
from mdmameta.models.frequentist import RandomEffects
from mdmameta.models.frequentist.prediction import prediction_interval
from mdmameta.models.frequentist.predictions import predict
from metafor_models import effects, model, out_of_scope
from reference_cases import Comparison, checks, names, numbers

#: Numbers compared when this was written; the grid must not shrink.
COMPARED = 10072

#: metafor's predtype -> the option here, whose standard error is the classic one.
KINDS = {"default": "metafor", "Riley": "HTS", "t": "V", "simple": "simple"}


def prediction(fit: Fit, predtype: str) -> tuple[float, float]:
    """Interval of a fit by metafor's rule of `predtype`."""
    e, residual = fit.estimate, fit.heterogeneity.q_df
    scaled = fit.model.interval.startswith("knapp")  # type: ignore[attr-defined]
    if scaled and predtype in ("Riley", "t"):
        # metafor keeps the scaled standard error; HTS and V here do not.
        df = float(residual if predtype == "t" else max(residual - 1, 1))
        return prediction_interval(
            e.value, e.se, fit.heterogeneity.tau2, df=df, level=e.level
        )
    assert isinstance(fit.model, RandomEffects)
    again = replace(fit.model, prediction=KINDS[predtype]).fit(fit.effects)  # type: ignore[arg-type]
    return again.estimate.pi_low, again.estimate.pi_high


def compare_mean(to: Comparison, name: str, check: dict[str, Any]) -> None:
    args, r = check["args"], check["result"]
    fit = model(args).fit(effects(name, check["on"]))
    e = fit.estimate
    ours = {"pred": e.value, "se": e.se, "ci_lb": e.ci_low, "ci_ub": e.ci_high}
    for key, mine in ours.items():
        to.add(check, key, mine, r[key])
    if fit.k == 1 or "pi_lb" not in r:
        assert np.isnan([e.pi_low, e.pi_high]).all()
        return
    low, high = prediction(fit, args["predtype"])
    to.add(check, "pi_lb", low, r["pi_lb"])
    to.add(check, "pi_ub", high, r["pi_ub"])


def compare_at_moderators(to: Comparison, name: str, check: dict[str, Any]) -> None:
    args, r = check["args"], check["result"]
    fit = model(args).fit(effects(name, check["on"]))
    table = predict(fit, _new_moderators(check))
    ours = {"pred": "value", "se": "se", "ci_lb": "ci_low", "ci_ub": "ci_high"}
    ours |= {"pi_lb": "pi_low", "pi_ub": "pi_high"}
    for key, column in ours.items():
        to.add(check, key, table[column], r[key])


def _new_moderators(check: dict[str, Any]) -> pd.DataFrame | None:
    args = check["args"]
    if args["newmods"] == "observed":
        return None
    rows = args["newmods"]
    columns = args["mods"].removeprefix("~ ").split(" + ")
    return pd.DataFrame(numbers(rows).reshape(len(rows), -1), columns=columns)


@cache
def compare(name: str, function: str = "predict") -> Comparison:
    result = Comparison()
    for check in checks(name, function):
        if out_of_scope(check["args"]):
            continue
        at = compare_at_moderators if "newmods" in check["args"] else compare_mean
        at(result, name, check)
    return result


COMPARE = {"predict": compare}


@pytest.mark.parametrize("name", names())
def test_every_prediction_is_metafors(name: str) -> None:
    assert not compare(name).faults


def test_the_comparison_of_predictions_is_complete() -> None:
    assert sum(compare(name).compared for name in names()) >= COMPARED
