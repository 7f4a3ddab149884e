"""Package meta's metacont, metacor and metainc: scores, correlations, rates."""

from __future__ import annotations

import warnings
from typing import Any

import numpy as np
import pandas as pd

from agreement.meta_package import compare_common, compare_random, model
from mdmameta.effects.measures import effect_size
from mdmameta.effects.table import Effects
from mdmameta.errors import DataWarning
from mdmameta.models.frequentist import CommonEffect, MantelHaenszel
from reference_cases import Comparison, load, numbers

#: method.smd and exact.smd -> measure and correction of the difference.
SMD: dict[Any, Any] = {
    ("Hedges", True): ("SMD", "exact"),
    ("Hedges", False): ("SMD", "approximate"),
    ("Cohen", True): ("SMD", "none"),
    ("Glass", True): ("SMD1", "none"),
}


RATES = ("x1i", "t1i", "x2i", "t2i")

#: Columns of calls that do not name theirs.
COLUMNS: dict[str, dict[str, str]] = {
    "COR": {"ri": "ri", "ni": "ni"},
    "ZCOR": {"ri": "ri", "ni": "ni"},
    "IRR": {column: column for column in RATES},
    "IRD": {column: column for column in RATES},
}


def standardised(args: dict[str, Any], columns: dict[str, Any]) -> pd.DataFrame:
    """Standardised differences with the variances that package meta gives them.

    Its variances are not metafor's: the last term is divided by a number of its
    own for each kind.
    """
    kind, exact = args["method.smd"], args.get("exact.smd", True)
    measure, correction = SMD[kind, exact]
    y = effect_size(measure, correction=correction, **columns)["y"]
    n1, n2 = columns["n1i"], columns["n2i"]
    over = {"Cohen": n1 + n2 - 2, "Glass": n2 - 1, "Hedges": n1 + n2 - 3.94}[kind]
    v = (n1 + n2) / (n1 * n2) + y**2 / (2 * over)
    return pd.DataFrame({"y": y, "v": v})


def scores(name: str, check: dict[str, Any]) -> Effects:
    """Effects as metacont or metacor computes them."""
    args, inputs = check["args"], load(name)["inputs"]
    named = args["cols"] if "cols" in args else COLUMNS[args["sm"]]
    columns = {key: numbers(inputs[of]) for key, of in named.items()}
    if args["sm"] == "SMD":
        made = standardised(args, columns)
    elif args["sm"] == "ROM":
        made = effect_size("ROM", correction="none", **columns)
    else:
        made = effect_size(args["sm"], **columns)
    return Effects.from_arrays(y=made["y"], v=made["v"], moderators=columns)


def compare_scores(to: Comparison, name: str, check: dict[str, Any]) -> None:
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", DataWarning)
        of = scores(name, check)
    r, known = check["result"], ~np.isnan(of.y)
    listed = known if len(r["TE"]) < of.k else np.ones(of.k, bool)
    to.add(check, "TE", of.y[listed], r["TE"])
    to.add(check, "seTE", np.sqrt(of.v[listed]), r["seTE"])
    of = of.take(np.flatnonzero(known))
    compare_random(to, check, model(check["args"]).fit(of))
    if check["args"].get("method") == "MH":
        compare_stratified(to, check, of)
    else:
        compare_common(to, check, CommonEffect().fit(of))


def compare_stratified(to: Comparison, check: dict[str, Any], of: Effects) -> None:
    e, r = MantelHaenszel(check["args"]["sm"]).fit(of).estimate, check["result"]
    ours = {"TE": e.value, "seTE": e.se, "lower": e.ci_low, "upper": e.ci_high}
    ours |= {"statistic": e.statistic, "pval": e.p_value}
    for key, value in ours.items():
        to.add(check, f"{key}_common", value, r[f"{key}_common"])


COMPARE = dict.fromkeys(
    ("meta::metacont", "meta::metacor", "meta::metainc"), compare_scores
)
