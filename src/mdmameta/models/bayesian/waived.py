"""What models with a prior of the mean do not owe; see `mdmameta.models.duties`."""

from __future__ import annotations

from mdmameta.models.bayesian.mean_priors import Flat

__all__ = ["ONE_STUDY", "ON_THE_SCALE", "waived_by_priors"]

#: Why such a model need not scale with the effects, nor move with them.
ON_THE_SCALE = "Its priors are on the scale of the effects."

#: Why it need not return a single study's own interval.
ONE_STUDY = "Priors of mean and heterogeneity answer where one study cannot."


def waived_by_priors(mu: object) -> dict[str, str]:
    """Say which duties priors of mean and heterogeneity leave a model without.

    Parameters
    ----------
    mu
        Prior of the mean. A flat one moves with the effects and knows no sides, and
        one around zero changes its sign with them.

    Returns
    -------
    dict
        Code of a duty -> why it does not hold.

    Examples
    --------
    >>> sorted(waived_by_priors(Flat()))
    ['one-study', 'scale']
    """
    found = {"scale": ON_THE_SCALE, "one-study": ONE_STUDY}
    if isinstance(mu, Flat):
        return found
    found["shift"] = ON_THE_SCALE
    if getattr(mu, "mean", None) != 0:
        found["mirror"] = "The prior of the mean is not at zero."
    return found
