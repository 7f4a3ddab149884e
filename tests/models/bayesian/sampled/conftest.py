"""Every sampled model fitted once, at default settings, to the shipped trials."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from mdmameta import (
    BayesianBinomialNormal,
    BayesianMetaRegression,
    BayesianMultilevel,
    BayesianRandomEffects,
    BayesianRobustEffects,
    Effects,
    Normal,
    load_evidence,
    ptsd_effects,
)
from mdmameta.effects import ptsd_binary_effects
from mdmameta.models.fit import Fit

EVIDENCE = load_evidence(Path(__file__).parents[4] / "data" / "raw")

#: Seeds that the tests state: 11, 12, ... in this order.
MODELS = {
    "normal": BayesianRandomEffects(engine="nuts", seed=11),
    "regression": BayesianMetaRegression(
        "~ year", Normal(0, 1), engine="nuts", seed=12
    ),
    "multilevel": BayesianMultilevel(seed=13),
    "robust": BayesianRobustEffects(seed=14),
    "events": BayesianBinomialNormal(seed=15),
}


def primary() -> Effects:
    """Return the primary contrasts, with a moderator on a scale far from one."""
    plain = ptsd_effects(EVIDENCE)
    year = np.linspace(2011, 2023, plain.k)
    return Effects.from_arrays(
        plain.y, plain.v, study=list(plain.study), moderators={"year": year}
    )


def effects_of(name: str) -> Effects:
    """Shipped effects for a model."""
    if name == "events":
        return ptsd_binary_effects(EVIDENCE, outcome="loss_of_diagnosis", measure="OR")
    if name == "multilevel":
        return ptsd_effects(EVIDENCE, arms="every-active")
    return primary()


class Fits(dict[str, Fit]):
    """Fits by the name of their model, each sampled when first asked for."""

    def __missing__(self, name: str) -> Fit:
        self[name] = MODELS[name].fit(effects_of(name))
        return self[name]


@pytest.fixture(scope="session")
def fits() -> Fits:
    """Give the fits of all sampled models."""
    return Fits()
