"""The studies that a look at small-study effects may use."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from mdmameta.effects.table import Effects
from mdmameta.errors import OptionError, SensitivityError
from mdmameta.models.frequentist import CommonEffect, RandomEffects
from mdmameta.models.inputs import Usable, usable_rows

__all__ = ["check_pooling", "independent_studies"]


def check_pooling(
    model: object, what: str, allowed: tuple[type, ...] = (RandomEffects, CommonEffect)
) -> None:
    """Refuse a model whose τ² and interval would not be those of the method.

    Parameters
    ----------
    model
        What was given; None is the method's own.
    what
        Name of the method, for the message.
    allowed
        Models that it may take them from.

    Raises
    ------
    OptionError
        With the models that may be given.

    Examples
    --------
    >>> check_pooling(RandomEffects(), "trim and fill")
    """
    if model is None or isinstance(model, allowed):
        return
    given = model.__name__ if isinstance(model, type) else repr(model)
    names = " or ".join(f"{one.__name__}(…)" for one in allowed)
    raise OptionError(f"model={given} does not serve {what}; give {names}.")


def independent_studies(
    effects: Effects,
    what: str,
    *,
    least: int = 3,
    missing: NDArray[np.bool_] | None = None,
) -> Usable:
    """Return complete rows, and refuse correlated ones or too few.

    Parameters
    ----------
    effects
        Studies.
    what
        Name of the method, for the message.
    least
        Number of studies that it needs.
    missing
        Rows to leave out as well, shape (rows,).

    Raises
    ------
    SensitivityError
        With the number of studies, or for correlated errors.

    Examples
    --------
    >>> effects = Effects.from_arrays(y=[0.1, 0.2, None], v=[0.1, 0.2, 0.1])
    >>> independent_studies(effects, "a line", least=2).k
    2
    """
    usable = usable_rows(effects, missing)
    if usable.V is not None:
        raise SensitivityError(
            f"the effects have correlated errors, and {what} is of independent "
            "studies. Combine the rows of a study first, as with aggregate()."
        )
    if usable.k < least:
        studies = "study" if usable.k == 1 else "studies"
        number = {2: "two", 3: "three"}.get(least, str(least))
        raise SensitivityError(f"{usable.k} {studies}: {what} needs at least {number}.")
    return usable
