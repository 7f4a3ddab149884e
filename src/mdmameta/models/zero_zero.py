"""The caution about effects that rest on a constant added to counts of zero."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from mdmameta.effects.counts import cell_counts, rate_counts
from mdmameta.effects.table import Effects
from mdmameta.errors import EffectsError
from mdmameta.models.caution import Caution

#: Measures whose y or v needs a constant where no group has events.
OF_TABLES = ("OR", "RR", "RD", "PETO")
OF_RATES = ("IRR", "IRD")


def rests_on_constant(effects: Effects) -> tuple[Caution, ...]:
    """Name the trials without events in both groups whose y is pooled all the same.

    Parameters
    ----------
    effects
        Of any measure; nothing is said unless it is one of events and the counts
        stand beside it as moderators.

    Returns
    -------
    tuple of Caution
        One, or none.

    References
    ----------
    Sweeting, Sutton and Lambert 2004, doi:10.1002/sim.1761.

    Examples
    --------
    >>> tables = {"ai": [0, 3], "n1i": [20, 20], "ci": [0, 5], "n2i": [20, 20]}
    >>> effects = Effects.from_arrays(
    ...     y=[0.0, -0.6], v=[4.1, 0.6], study=["A", "B"], measure="OR",
    ...     moderators=tables)
    >>> rests_on_constant(effects)[0].code
    'zero-zero-pooled'
    """
    named = effects.study[_silent(effects) & np.isfinite(effects.y + effects.v)]
    if not named.size:
        return ()
    noun = "trial" if named.size == 1 else "trials"
    text = (
        f"{named.size} {noun} without events (or with events only) in both groups: "
        f"{', '.join(map(str, named))}. The counts carry no contrast; y and v rest on "
        "the constant that was added, and are pooled like any other. drop00=True "
        "leaves them out of the effects; MantelHaenszel and Peto need no constant."
    )
    return (Caution("zero-zero-pooled", text),)


def _silent(effects: Effects) -> NDArray[np.bool_]:
    nowhere = np.zeros(effects.k, dtype=bool)
    if effects.measure not in OF_TABLES + OF_RATES:
        return nowhere
    try:
        if effects.measure in OF_RATES:
            x1, _, x2, _ = rate_counts(effects)
            return np.asarray((x1 == 0) & (x2 == 0))
        a, b, c, d = cell_counts(effects)
    except EffectsError:  # no counts beside y, or none that can be read
        return nowhere
    return np.asarray(((a == 0) & (c == 0)) | ((b == 0) & (d == 0)))
