"""Tables of guesses: indices by arm and trial, and the change in belief u."""

from __future__ import annotations

import pandas as pd

from mdmameta.sensitivity.blinding_indices import Index, bang_index, james_index
from mdmameta.sensitivity.guess_intervals import bang_exact, james_bootstrap
from mdmameta.sensitivity.guesses import checked_guesses

#: Half a count on either side of a proportion of 0 or 1, in its variance only.
BOUNDARY = 0.5


def belief_change(
    active_of: tuple[float, float], control_of: tuple[float, float]
) -> tuple[float, float]:
    """Change in belief u = P(believes active | active) − P(believes active | control).

    Parameters
    ----------
    active_of, control_of
        People of the arm who believe to be on active treatment, and people asked.

    Returns
    -------
    tuple
        u and its binomial variance, in which half a count is added on either
        side of a proportion of 0 or 1.

    Examples
    --------
    >>> u, variance = belief_change((9, 10), (2, 10))
    >>> round(u, 2), round(variance, 4)
    (0.7, 0.025)
    """
    variance = sum(_binomial_variance(x, n) for x, n in (active_of, control_of))
    return active_of[0] / active_of[1] - control_of[0] / control_of[1], variance


def belief_by_study(guesses: pd.DataFrame) -> pd.DataFrame:
    """Change in belief u of each trial whose active and control arms both have counts.

    Returns
    -------
    pandas.DataFrame
        Indexed by study: u, u_var, verification.
    """
    rows = {}
    for study, arms in guesses[guesses["counted"]].groupby("study", sort=False):
        sums = arms.groupby("role")[["n_guess_active", "n_asked"]].sum()
        if {"active", "control"} <= set(sums.index):
            u, variance = belief_change(_pair(sums, "active"), _pair(sums, "control"))
            levels = ", ".join(sorted(set(arms["verification"].astype(str))))
            rows[study] = (u, variance, levels)
    columns = ["u", "u_var", "verification"]
    return pd.DataFrame.from_dict(rows, orient="index", columns=columns)


def indices_parts(
    guesses: pd.DataFrame,
    others: pd.DataFrame,
    assumed: pd.DataFrame | None,
    seed: int,
) -> dict[str, pd.DataFrame]:
    """Compute indices of participants, of other respondents, and of assumptions.

    Parameters
    ----------
    guesses
        Checked frame of what participants guessed.
    others
        Frame of what others did, with ``respondent``; may be empty.
    assumed
        Second frame of guesses, or None.
    seed
        Of the bootstrap of James's index.

    Returns
    -------
    dict
        "bang" and "james": see `indices_frame`, with ``respondent``.
    """
    found = [("participant", indices_frame(guesses, "counts", seed))]
    for respondent, rows in others.groupby("respondent", sort=False):
        of = checked_guesses(rows, f"guesses of {respondent}s")
        found.append((str(respondent), indices_frame(of, "counts", seed)))
    if assumed is not None:
        made = indices_frame(checked_guesses(assumed, "assumed"), "assumed", seed)
        found.append(("participant", made))
    parts = {}
    for at, name in enumerate(("bang", "james")):
        frames = [pair[at].assign(respondent=who) for who, pair in found]
        full = [frame for frame in frames if len(frame)] or frames[:1]
        parts[name] = pd.concat(full, ignore_index=True)
    return parts


def indices_frame(
    guesses: pd.DataFrame, basis: str, seed: int = 1
) -> tuple[pd.DataFrame, ...]:
    """Bang's index by arm and James's by trial, for the rows with counts.

    Parameters
    ----------
    guesses
        Checked frame of guesses.
    basis
        Where the counts are from: ``counts`` or ``assumed``.
    seed
        Of the bootstrap of James's index.

    Returns
    -------
    tuple
        Two frames: study, arm, role (Bang only), n_asked, value, se, ci_low,
        ci_high (large-sample), own_low, own_high (Bang: exact; James: bootstrap),
        basis, verification.
    """
    counted = guesses[guesses["counted"]]
    bang = [_bang_row(row, basis) for _, row in counted.iterrows()]
    james = [
        _james_row(study, rows, basis, seed)
        for study, rows in counted.groupby("study", sort=False)
        if {"active", "control"} <= set(rows["role"])
    ]
    columns = ["study", "arm", "role", "n_asked", "value", "se", "ci_low", "ci_high"]
    columns += ["own_low", "own_high"]
    tail = ["basis", "verification"]
    return (
        pd.DataFrame(bang, columns=[*columns, *tail]),
        pd.DataFrame(james, columns=["study", *columns[3:], *tail]),
    )


def _bang_row(row: pd.Series, basis: str) -> dict[str, object]:
    guesses = (row["n_guess_active"], row["n_guess_control"])
    right, wrong = guesses[::-1] if row["role"] == "control" else guesses
    index = bang_index(right, wrong, row["n_unsure"])
    whole = [round(float(n)) for n in (right, wrong, row["n_unsure"])]
    low, high = bang_exact(*whole)
    kept = {c: row[c] for c in ("study", "arm", "role", "n_asked", "verification")}
    own = {"own_low": low, "own_high": high}
    return {**kept, **_columns(index), **own, "basis": basis}


def _james_row(
    study: object, rows: pd.DataFrame, basis: str, seed: int
) -> dict[str, object]:
    answers = ["n_guess_active", "n_guess_control", "n_unsure"]
    both = rows[rows["role"].isin(["active", "control"])]
    by_role = both.groupby("role")[answers].sum()
    counts = by_role.loc[["active", "control"]].to_numpy().T
    index, (low, high) = james_index(counts), james_bootstrap(counts, seed=seed)
    levels = ", ".join(sorted(set(both["verification"].astype(str))))
    return {
        "study": study,
        "n_asked": float(by_role.to_numpy().sum()),
        **_columns(index),
        "own_low": low,
        "own_high": high,
        "basis": basis,
        "verification": levels,
    }


def _columns(index: Index) -> dict[str, float]:
    return {
        "value": index.value,
        "se": index.se,
        "ci_low": index.ci_low,
        "ci_high": index.ci_high,
    }


def _binomial_variance(x: float, n: float) -> float:
    p = x / n if 0 < x < n else (x + BOUNDARY) / (n + 2 * BOUNDARY)
    return float(p * (1 - p) / n)


def _pair(sums: pd.DataFrame, role: str) -> tuple[float, float]:
    believed, asked = sums.loc[role].to_numpy(dtype=float)
    return float(believed), float(asked)
