"""A bias model: smaller studies exaggerate, by a factor that is uncertain."""

from __future__ import annotations

import numpy as np

import mdmameta as mm

#: Largest share of an effect that is taken for exaggeration, in the least
#: precise study. It is made up: put a meta-epidemiological estimate in its place.
SHARE = 0.2

#: Its standard deviation, of all studies alike.
SPREAD = 0.1


def without_optimism(effects: mm.Effects) -> mm.Effects:
    """Shrink each effect by its study's share of exaggeration.

    The share of study i is SHARE · √(vᵢ / max v). What is taken away is
    uncertain, so each variance grows by (y · SPREAD)².

    Parameters
    ----------
    effects
        As they were published.

    Examples
    --------
    >>> effects = mm.Effects.from_arrays(y=[-0.5, -1.0], v=[0.04, 0.16])
    >>> without_optimism(effects).y
    array([-0.45, -0.8 ])
    """
    share = SHARE * np.sqrt(effects.v / np.max(effects.v))
    wider = effects.v + (effects.y * SPREAD) ** 2
    return effects.with_y(effects.y * (1 - share)).with_v(wider)
