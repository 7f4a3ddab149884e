"""Small-study effects: metafor's regtest and others, meta's metabias, limitmeta."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from typing import Any

import numpy as np

from agreement.rma_uni import compare_likelihoods
from mdmameta.effects.table import Effects
from mdmameta.errors import SensitivityError
from mdmameta.models.frequentist import RandomEffects
from mdmameta.sensitivity import small_study as ours
from mdmameta.sensitivity.small_study.tables import Tables, tables
from metafor_models import effects, model
from reference_cases import Comparison, LeftOut, load, numbers

Compare = Callable[[Comparison, str, dict[str, Any]], None]


#: Refits that R could not bring to its tight criterion fell back to 1e-5; the
#: references say so and ask for this tolerance.
COARSE = {"class": "loose", "rel": 2e-3, "abs": 1e-3}


def refusing(compare: Compare) -> Compare:
    """Count what is refused here, such as a line through two studies, as left out."""

    def attempt(to: Comparison, name: str, check: dict[str, Any]) -> None:
        try:
            compare(to, name, check)
        except SensitivityError as error:
            raise LeftOut(_category(str(error))) from error

    return attempt


def _category(text: str) -> str:
    if "sizes" in text:
        return "the sizes of the studies are not in the file"
    if "same for all" in text:
        return "refused here: precision is the same for all studies"
    return "refused here: fewer than three studies"


def sized(name: str, check: dict[str, Any]) -> Effects:
    """Effects of a check with the sizes of their studies."""
    of, entry = effects(name, check["on"]), load(name)["effects"][check["on"]]
    if "ni" not in entry:
        # metafor was given the cases as the sizes of these studies.
        cases = load(name)["inputs"].get("cases")
        return of if cases is None else replace(of, frame=of.frame.assign(ni=cases))
    return replace(of, frame=of.frame.assign(ni=numbers(entry["ni"])))


def compare_regtest(to: Comparison, name: str, check: dict[str, Any]) -> None:
    args, r = check["args"], check["result"]
    chosen = None if args["model"] == "lm" else model(args)
    found = ours.egger(sized(name, check), chosen, predictor=args["predictor"])
    to.add(check, "zval", found.statistic, r["zval"])
    to.add(check, "pval", found.p_value, r["pval"])
    if r.get("dfs") is not None:
        to.add(check, "dfs", found.df, r["dfs"])
    if "est" in r:
        to.add(check, "est", found.limit, r["est"])
        to.add(check, "ci_lb", found.limit_low, r["ci_lb"])
        to.add(check, "ci_ub", found.limit_high, r["ci_ub"])
    if "coef" in r:
        to.add(check, "coef", found.bias, r["coef"][-1])
        to.add(check, "se", found.bias_se, r["se"][-1])


def compare_ranktest(to: Comparison, name: str, check: dict[str, Any]) -> None:
    found = ours.begg(effects(name, check["on"]))
    to.add(check, "tau", found.tau, check["result"]["tau"])
    to.add(check, "pval", found.p_value, check["result"]["pval"])


def compare_trimfill(to: Comparison, name: str, check: dict[str, Any]) -> None:
    args, r = check["args"], check["result"]
    found = ours.trim_and_fill(
        effects(name, check["on"]),
        model(args),
        estimator=args["estimator"],
        side=args.get("side", "auto"),
    )
    to.add(check, "k0", found.k0, r["k0"])
    to.add(check, "se_k0", found.k0_se, r["se_k0"])
    to.add(check, "p_k0", found.k0_p, r["p_k0"])
    to.add(check, "left", found.side == "left", r["side"] == "left")
    to.add(check, "fill", found.filled.sum(), sum(r["fill"]))
    frame = found.to_frame()
    for key, column in (("yi", "y"), ("vi", "v")):
        theirs = numbers(r[key])
        to.add(check, key, np.sort(frame[column]), sorted(theirs[~np.isnan(theirs)]))
    e, h = found.fit.estimate, found.fit.heterogeneity
    if args["method"] == "REML" and at_least_as_likely(found, r):
        check = {**check, "tol": COARSE}
    mine = {"k": found.fit.k, "beta": e.value, "se": e.se, "pval": e.p_value}
    mine |= {"ci_lb": e.ci_low, "ci_ub": e.ci_high, "tau2": h.tau2, "I2": h.i2}
    mine |= {"zval": e.statistic, "H2": h.h2, "QE": h.q, "QEp": h.q_p}
    mine |= {"vt": h.typical_v, "se_tau2": h.tau2_se, "p": 1}
    mine |= {"QM": e.statistic**2, "QMp": e.p_value, "QMdf": [1, e.df]}
    for key, value in mine.items():
        to.add(check, key, value, r[key])
    compare_likelihoods(to, check, found.fit)


def at_least_as_likely(found: ours.TrimAndFill, r: dict[str, Any]) -> bool:
    """Tell whether our τ² has a restricted likelihood no lower than R's."""
    frame = found.to_frame().dropna()
    y, v = frame["y"].to_numpy(), frame["v"].to_numpy()

    def restricted(tau2: float) -> float:
        w = 1 / (v + tau2)
        q = w @ (y - w @ y / w.sum()) ** 2
        return float(np.log(w).sum() - np.log(w.sum()) - q) / 2

    mine, theirs = found.fit.heterogeneity.tau2, r["tau2"]
    return bool(restricted(mine) >= restricted(theirs) - 1e-10)


def compare_fsn(to: Comparison, name: str, check: dict[str, Any]) -> None:
    args, r = check["args"], check["result"]
    of = effects(name, check["on"])
    found = ours.fail_safe_n(of, args["type"].lower())
    to.add(check, "fsnum", found.n, r["fsnum"])
    to.add(check, "pval", found.p_value, r["pval"])
    to.add(check, "est", found.value, r["est"])
    if "target" in r:
        to.add(check, "target", found.target, r["target"])
    if found.after is None:
        return
    used = ~np.isnan(of.y) & np.isfinite(of.v)
    fit = RandomEffects(interval="wald").fit(of)
    tau2 = fit.heterogeneity.tau2
    to.add(check, "tau2", tau2, r["tau2"])
    after = ours.file_drawer(
        of.y[used], of.v[used], int(r["fsnum"]), value=found.value, tau2=tau2
    )
    to.add(check, "est_fsn", after.value, r["est_fsn"])
    to.add(check, "tau2_fsn", after.tau2, r["tau2_fsn"])
    to.add(check, "pval_fsn", after.p_value, r["pval_fsn"])


def compare_tes(to: Comparison, name: str, check: dict[str, Any]) -> None:
    of, r = effects(name, check["on"]), check["result"]
    chi2 = r["X2"] is not None
    found = ours.excess_significance(
        of,
        test="chi2" if chi2 else "exact",
        alternative=check["args"].get("alternative", "two.sided"),
    )
    mine = {"k": found.power.size, "O": found.observed, "E": found.expected}
    mine |= {"OEratio": found.ratio, "theta": found.value, "pval": found.p_value}
    if chi2:
        mine["X2"] = found.statistic
    for key, value in mine.items():
        to.add(check, key, value, r[key])


def compare_pet_peese(to: Comparison, name: str, check: dict[str, Any]) -> None:
    found, r = ours.pet_peese(effects(name, check["on"])), check["result"]
    line = found.pet if check["args"]["type"] == "PET" else found.peese
    columns = {"beta": "value", "se": "se", "tval": "statistic", "pval": "p_value"}
    for theirs, column in columns.items():
        to.add(check, theirs, line.coefficients[column], r[theirs])
    to.add(check, "sigma", line.scale, r["sigma"])
    to.add(check, "df", line.df, r["df"])


OF_COUNTS = {
    "Harbord": ours.harbord,
    "Peters": ours.peters,
    "Macaskill": ours.macaskill,
    "Schwarzer": ours.schwarzer,
    "Deeks": ours.deeks,
}


def cells_of(table: Tables) -> tuple[np.ndarray, ...]:
    return table.a, table.b, table.c, table.d


def from_counts(name: str, check: dict[str, Any]) -> Effects:
    """Log odds ratios as meta has them: studies without events are missing."""
    inputs = load(name)["inputs"]
    cells = {c: numbers(inputs[of]) for c, of in check["args"]["cols"].items()}
    k = len(cells["ai"])
    plain = Effects.from_arrays(y=np.zeros(k), v=np.ones(k), moderators=cells)
    table = tables(plain)
    y, v = table.log_odds_ratio
    columns = dict(zip(("ai", "bi", "ci", "di"), cells_of(table), strict=True))
    return Effects.from_arrays(y=y, v=v, measure="OR", moderators=columns)


def compare_metabias(to: Comparison, name: str, check: dict[str, Any]) -> None:
    kind, r = check["args"]["method.bias"], check["result"]
    counted = check["on"] == "inputs"
    of = from_counts(name, check) if counted else effects(name, check["on"])
    if kind in OF_COUNTS:
        found = OF_COUNTS[kind](of)
    elif kind == "Begg":
        found = ours.begg(of)
    elif kind == "Egger":
        found = ours.egger(of)
    elif kind == "Thompson":
        tau2: Any = "DL" if counted else "REML"
        found = ours.egger(of, RandomEffects(tau2=tau2, interval="t"))
    else:
        raise LeftOut("sizes by arm are not in the file")
    to.add(check, "statistic", found.statistic, r["statistic"])
    to.add(check, "estimate", [found.bias, found.bias_se], r["estimate"])
    if r["df"] is not None:
        to.add(check, "df", found.df, r["df"])
        to.add(check, "pval", found.p_value, r["pval"])


def compare_limitmeta(to: Comparison, name: str, check: dict[str, Any]) -> None:
    found, r = ours.limit_meta_analysis(effects(name, check["on"])), check["result"]
    mine = {"TE": found.value, "seTE": found.se, "lower": found.ci_low}
    mine |= {"upper": found.ci_high, "G2": found.g2, "Q": found.q, "tau": found.tau}
    mine |= {"Q_small": found.q_small, "Q_resid": found.q_residual}
    for key, value in mine.items():
        to.add(check, key, value, r[key])


COMPARE = {
    "regtest": refusing(compare_regtest),
    "ranktest": refusing(compare_ranktest),
    "trimfill": refusing(compare_trimfill),
    "fsn": refusing(compare_fsn),
    "tes": refusing(compare_tes),
    "pet-peese": refusing(compare_pet_peese),
    "meta::metabias": refusing(compare_metabias),
    "metasens::limitmeta": refusing(compare_limitmeta),
}
