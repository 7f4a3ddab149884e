"""The arithmetic of the what-if page, in the browser, against Python's."""

from __future__ import annotations

import itertools
import json
from collections.abc import Iterator

import numpy as np
import pytest
from playwright.sync_api import Browser, Page
from scipy import stats

from mdmameta.analyses.catalogue import SETS
from mdmameta.effects.table import Effects
from mdmameta.models.fit import Fit
from mdmameta.models.frequentist import CommonEffect, RandomEffects
from mdmameta.reporting.interactive import ASSUMED, assumed_columns, what_if_data
from mdmameta.reporting.results import Results
from mdmameta.reporting.scripts import bundle
from mdmameta.sensitivity.bias_adjusted import adjusted
from mdmameta.sensitivity.missing_means import shifted
from mdmameta.sensitivity.naive import naive_contrast

ESTIMATORS = ("REML", "DL", "PM", "SJ", "ML", "HE", "HS", "HSk", "common")
INTERVALS = ("wald", "t", "knapp-hartung", "knapp-hartung-adhoc")
AGREE = 1e-6

#: b, Δ, share where none is known, shifts of the missing of both arms.
ASSUMPTIONS = (
    (0.0, 0.0, 0.0, 0.0, 0.0),
    (-0.45, 0.0, 0.0, 0.0, 0.0),
    (0.7, -0.3, 1.0, 0.0, 0.0),
    (0.0, 0.5, 0.5, 1.4, -1.4),
    (-0.25, -0.5, 0.35, -2.0, 0.8),
)


@pytest.fixture(scope="module")
def engine(browser: Browser) -> Iterator[Page]:
    page = browser.new_page()
    names = "{ answer: from_state.answer, pool: from_pool.pool, ...from_distributions }"
    code = bundle("what_if", "state.js")
    page.set_content(f'<script type="module">{code}globalThis.mm = {names};</script>')
    page.wait_for_function("globalThis.mm")
    yield page
    page.close()


def test_distributions_agree_with_scipy(engine: Page) -> None:
    dfs = [1, 2, 3, 5, 11, 59]
    x = [0.0, 0.01, 0.7, 1.96, 4.5, 12.0]
    code = """([dfs, x]) => ({
      t: dfs.map((df) => mm.critical95(df)),
      p: dfs.map((df) => x.map((one) => mm.twoSidedP(one, df))),
      z: x.map((one) => mm.twoSidedP(one, Infinity)),
      chi2: dfs.map((df) => x.map((one) => mm.chi2Upper(one, df))) })"""
    got = engine.evaluate(code, [dfs, x])
    df, at = np.array(dfs)[:, None], np.array(x)
    assert got["t"] == pytest.approx(np.sqrt(stats.f.ppf(0.95, 1, dfs)), rel=1e-12)
    assert np.array(got["p"]) == pytest.approx(2 * stats.t.sf(at, df), rel=1e-9)
    assert got["z"] == pytest.approx(2 * stats.norm.sf(at), rel=1e-9)
    assert np.array(got["chi2"]) == pytest.approx(stats.chi2.sf(at, df), rel=1e-9)


@pytest.mark.parametrize("name", SETS)
def test_every_choice_gives_the_numbers_of_python(
    engine: Page, results: Results, name: str
) -> None:
    effects = results.effects[name]
    data = what_if_data(effects, results.evidence)
    grid = [
        (tau2, interval, assumed, out)
        for tau2, interval in itertools.product(ESTIMATORS, INTERVALS)
        for assumed in (ASSUMPTIONS if data["assumptions"] else ASSUMPTIONS[:1])
        for out in ([], [0], list(range(1, effects.k)))
    ]
    moved = {
        one: _moved(results, effects, one)
        for one in ASSUMPTIONS[: 1 + 4 * data["assumptions"]]
    }
    expected = [
        _row(_model(tau2, interval).fit(_without(moved[assumed], out)))
        for tau2, interval, assumed, out in grid
    ]
    got = engine.evaluate(_ASK, [data, [_choices(*one) for one in grid]])
    assert np.array(got, dtype=float) == pytest.approx(
        np.array(expected), abs=AGREE, rel=AGREE, nan_ok=True
    )


_KEYS = ("value", "se", "ci_low", "ci_high", "pi_low", "pi_high", "p_value")
_ASK = f"""([set, all]) => all.map((choices) => {{
  const fit = mm.answer(set, choices).fit;
  return {json.dumps([*_KEYS, "tau2", "i2", "q", "q_p"])}.map((key) => fit[key]);
}})"""


def _choices(tau2, interval, assumed, out):
    names = ("b", "delta", "unknownShare", "active", "control")
    numbers = dict(zip(names, assumed, strict=True))
    return {"tau2": tau2, "interval": interval, "out": list(map(str, out)), **numbers}


def _moved(results: Results, effects: Effects, assumed) -> Effects:
    b, delta, unknown, active, control = assumed
    if not any(assumed):
        return effects
    columns = assumed_columns(effects, results.evidence)
    share = columns["share"].fillna(unknown)
    shares = columns.assign(share_active=share, share_control=share)
    out = naive_contrast(effects, shares, delta, 0.0)
    return shifted(adjusted(out, columns, b), columns, active, control)


def _model(tau2: str, interval: str) -> CommonEffect | RandomEffects:
    if tau2 == "common":
        return CommonEffect(interval=interval)
    return RandomEffects(tau2=tau2, interval=interval)


def _without(effects: Effects, out: list[int]) -> Effects:
    return effects.take(np.setdiff1d(np.arange(effects.k), out))


def _row(fit: Fit) -> list[float]:
    h = fit.heterogeneity
    return [*(getattr(fit.estimate, k) for k in _KEYS), h.tau2, h.i2, h.q, h.q_p]


def test_variances_of_every_size_give_the_numbers_of_python(engine: Page) -> None:
    rng = np.random.default_rng(7)
    for k in (2, 3, 6, 40):
        v = 10.0 ** rng.uniform(-3, 1, k)
        y = 5 + rng.normal(0, np.sqrt(v + 0.3))
        effects = Effects.from_arrays(y=y, v=v)
        for tau2 in ESTIMATORS[:-1]:
            fit = RandomEffects(tau2=tau2).fit(effects)
            asked = {"tau2": tau2, "interval": "knapp-hartung"}
            code = "([y, v, asked]) => mm.pool(y, v, asked)"
            got = engine.evaluate(code, [y.tolist(), v.tolist(), asked])
            assert got["tau2"] == pytest.approx(
                fit.heterogeneity.tau2, rel=1e-7, abs=1e-9
            )
            assert got["ci_low"] == pytest.approx(fit.estimate.ci_low, rel=1e-8)
            assert got["weights"] == pytest.approx(fit.weights, rel=1e-6)


def test_what_is_not_known_of_a_trial_is_named_and_changes_nothing(
    results: Results,
) -> None:
    columns = assumed_columns(results.effects["ptsd-primary"], results.evidence)
    data = what_if_data(results.effects["ptsd-primary"], results.evidence)
    for trial, row in zip(data["trials"], columns.to_dict("records"), strict=True):
        for key in ASSUMED:
            assert (trial[key] is None) == np.isnan(row[key])
