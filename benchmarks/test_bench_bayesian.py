"""How long the exact Bayesian fit of six trials takes, alone and in a sweep."""

import json
from pathlib import Path

import numpy as np

from mdmameta.effects.table import Effects
from mdmameta.models.bayesian import BayesianRandomEffects
from mdmameta.models.bayesian.grid import exact_grid

FILE = Path(__file__).parents[1] / "tests" / "reference" / "mdma_primary.json"
SET = json.loads(FILE.read_text(encoding="utf-8"))["effects"]["g"]


def test_the_exact_fit_of_six_trials_takes_less_than_20_ms(benchmark):
    effects = Effects.from_arrays(SET["yi"], SET["vi"])
    benchmark(BayesianRandomEffects().fit, effects)
    assert benchmark.stats["median"] < 0.020


def test_a_sweep_of_500_shifts_takes_less_than_4_ms_a_fit(benchmark):
    y = np.array(SET["yi"]) + np.linspace(-1, 1, 500)[:, None] * [0, 1, 1, 0, 1, 0]
    benchmark.pedantic(exact_grid, args=(y, SET["vi"]), rounds=3, warmup_rounds=1)
    assert benchmark.stats["median"] < 500 * 0.004
