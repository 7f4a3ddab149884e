"""Which parts of R's results are read by a comparison, and why others are not."""

from __future__ import annotations

from typing import Any


class Read(dict[str, Any]):
    """A result of R's that remembers which of its parts were read.

    A part within a part is named after the outermost: ``predict.se``.

    Parameters
    ----------
    result
        What R gave.
    within
        Name of the outermost part that this one is in.
    of
        The whole result, which remembers for its parts.
    """

    def __init__(
        self, result: dict[str, Any], within: str = "", of: Read | None = None
    ) -> None:
        self.within, self.whole = within, self if of is None else of
        self.read: set[str] = set()
        self.there: set[str] = set()
        for key, value in result.items():
            inside = isinstance(value, dict)
            self[key] = Read(value, within or key, self.whole) if inside else value
            if value is not None and not inside:
                self.whole.there.add(self._name(key))

    def _name(self, key: str) -> str:
        return f"{self.within}.{key}" if self.within else key

    def __getitem__(self, key: str) -> Any:
        self.whole.read.add(self._name(key))
        return super().__getitem__(key)

    def get(self, key: str, default: Any = None) -> Any:
        """Return a part, which is then read, if it is there."""
        if key not in self:
            return default
        return self[key]

    def items(self) -> Any:
        """All parts, which are then read."""
        return [(key, self[key]) for key in self]

    def values(self) -> Any:
        """All parts, which are then read."""
        return [self[key] for key in self]


#: Every function of package meta that pools.
POOLING = tuple(
    f"meta::{name}"
    for name in ("metabin", "metacont", "metacor", "metagen", "metainc", "metaprop")
)

#: Why parts of results are not compared -> function -> those parts.
NOT_COMPARED: dict[str, dict[str, tuple[str, ...]]] = {
    "names, texts and what was asked": {
        "RoBMA": ("components.rows", "components.prior_prob"),
        "clubSandwich::coef_test": ("Coef", "null_value"),
        "confint": ("param", "tau2.param", "sigma2.param", "rho.param"),
        "cumul": ("slab_null", "perm"),
        "gosh": ("n_failed",),
        "influence": ("inf",),
        "meta::metabias": ("names",),
        "meta::metagen": ("TE", "seTE"),
        "predict": ("pi_dist",),
        "rma.glmm": ("coef_names", "predict.pi_dist"),
        "rma.ls": ("coef_names",),
        "rma.mv": ("coef_names", "predict.pi_dist"),
        "rma.uni": ("coef_names",),
        "selmodel": ("coef_names", "steps", "alternative", "optimizer", "ptable.d"),
        "subgroup": ("coef_names", "groups.coef_names"),
        "trimfill": ("coef_names",),
    },
    "made of other parts, which are compared": {
        "predict": ("pi_se", "pi_ddf"),
        "ranef": ("pi_lb", "pi_ub"),
        "rma.glmm": ("predict.pi_se", "predict.pi_ddf"),
        "rma.mv": ("predict.pi_se", "predict.pi_ddf"),
        **dict.fromkeys(
            POOLING,
            ("lower_tau", "upper_tau", "seTE_predict", "df_predict", "H"),
        ),
    },
    "another interval than the one asked for": dict.fromkeys(
        POOLING, ("seTE_classic", "seTE_hakn_ci", "df_hakn_ci")
    ),
    "variance explained by a model without an intercept, which extends no mean": {
        "subgroup": ("R2",),
    },
    "a second correlated term, which these calls have none of": {
        "rma.mv": ("gamma2", "phi"),
    },
    "intervals of I² and H from Q; here they follow from that of τ²": dict.fromkeys(
        POOLING, ("lower_H", "upper_H", "lower_I2", "upper_I2")
    ),
}


def left_aside(function: str) -> set[str]:
    """Parts of a function's results that need no comparison."""
    return {part for of in NOT_COMPARED.values() for part in of.get(function, ())}
