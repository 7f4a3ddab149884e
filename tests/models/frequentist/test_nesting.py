"""Which random effects are a special case of which."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest

from mdmameta.effects.table import Effects
from mdmameta.errors import ModelError
from mdmameta.models.frequentist import (
    CommonEffect,
    MetaRegression,
    Multilevel,
    Multivariate,
    RandomEffects,
    likelihood_ratio_test,
)
from mdmameta.models.frequentist.nesting import check_random_effects

RNG = np.random.default_rng(11)
EFFECTS = Effects.from_arrays(
    y=RNG.normal(0, 0.5, 18) + np.repeat(RNG.normal(0, 0.5, 6), 3),
    v=RNG.uniform(0.02, 0.1, 18),
    study=np.repeat(list("ABCDEF"), 3),
    moderators={"outcome": list("xyz") * 6, "lab": np.repeat(list("uuuvvv"), 3)},
)


def structure(kind: Any, **options: Any) -> Multivariate:
    return Multivariate(structure=kind, **options)


NESTED = [
    (RandomEffects("ML"), CommonEffect()),
    (RandomEffects("ML"), RandomEffects(0.3)),
    (RandomEffects(0.3), MetaRegression("~ 1", tau2=0.3)),
    (Multilevel(["study", "effect"]), RandomEffects()),
    (Multilevel(["study", "effect"]), Multilevel(["study"])),
    (Multilevel(["lab", "study", "effect"]), Multilevel(["study", "effect"])),
    (structure("UN"), structure("HCS")),
    (structure("HCS"), structure("CS")),
    (structure("HCS"), structure("DIAG")),
    (structure("CS"), structure("ID")),
    (structure("CS"), Multilevel(["study", "effect"])),
    (structure("UN"), RandomEffects()),
    (structure("ID", levels=["lab"]), structure("ID")),
]
FOREIGN = [
    (CommonEffect(), RandomEffects("ML")),
    (CommonEffect(), RandomEffects(0.3)),
    (Multilevel(["study"]), RandomEffects()),
    (Multilevel(["study", "effect"]), Multilevel(["lab"])),
    (structure("CS"), structure("DIAG")),
    (structure("DIAG"), structure("CS")),
    (structure("CS"), structure("HCS")),
    (structure("UN"), structure("ID", levels=["lab"])),
]


@pytest.mark.parametrize(("full", "reduced"), NESTED, ids=repr)
def test_special_cases_are_nested(full, reduced) -> None:
    check_random_effects(full.fit(EFFECTS), reduced.fit(EFFECTS))


@pytest.mark.parametrize(("full", "reduced"), FOREIGN, ids=repr)
def test_what_the_first_cannot_have_is_refused(full, reduced) -> None:
    with pytest.raises(ModelError, match="are no general case"):
        check_random_effects(full.fit(EFFECTS), reduced.fit(EFFECTS))


def test_the_likelihood_of_a_special_case_is_never_higher() -> None:
    """What the rule calls nested must be so in the numbers."""
    for full, reduced in NESTED[3:]:
        a, b = (m.fit(EFFECTS) for m in (full, reduced))
        other = b.reml.value if hasattr(b, "reml") else None
        if other is not None:
            assert a.reml.value >= other - 1e-6


def test_the_ratio_test_asks_for_it() -> None:
    full = Multilevel(["lab", "effect"]).fit(EFFECTS)
    with pytest.raises(ModelError, match="random effects of study, of which"):
        likelihood_ratio_test(full, Multilevel(["study"]).fit(EFFECTS))


def test_other_sampling_variances_are_refused() -> None:
    other = EFFECTS.with_v(2 * EFFECTS.v)
    with pytest.raises(ModelError, match="sampling variances"):
        likelihood_ratio_test(
            RandomEffects("ML").fit(EFFECTS), CommonEffect().fit(other)
        )


def test_weights_of_ones_own_have_no_ratio() -> None:
    full = MetaRegression("~ outcome", tau2="ML", weights="equal").fit(EFFECTS)
    with pytest.raises(ModelError, match="do not maximise a likelihood"):
        likelihood_ratio_test(full, RandomEffects("ML").fit(EFFECTS))
