"""Tables of statements that others made, and of the numbers they print."""

from __future__ import annotations

from dataclasses import replace

from mdmameta.schema.column import Column, Table
from mdmameta.schema.shared import NOTE, ROW, STUDY, provenance

__all__ = ["CLAIMS", "CLAIM_NUMBERS"]

CLAIMS = Table(
    name="claims",
    meaning="A statement of somebody else's, and how it can be computed again.",
    identity=("claim_id",),
    columns=(
        Column(name="claim_id", meaning="Name.", required=True, unique=True),
        Column(
            name="kind",
            meaning=(
                "article: the commissioning article; trial: of one trial; pooled: of "
                "several trials, by their sponsor or authors; review: pooled by "
                "others; context: bodies that judged the evidence, and the press."
            ),
            required=True,
            allowed=("article", "trial", "pooled", "review", "context"),
        ),
        Column(name="statement", meaning="What is stated, in words.", required=True),
        replace(
            STUDY,
            meaning="Trials it is about, separated by ';'; empty if not named.",
            required=False,
            many=True,
        ),
        Column(
            name="recipe",
            meaning="Name of the computation; empty where nothing can be computed.",
            pattern=r"[a-z0-9]+(-[a-z0-9]+)*",
            form="lower-case words joined by '-'",
        ),
        Column(
            name="rows",
            meaning="Rows of any table that the recipe uses, in its order.",
            many=True,
        ),
        Column(
            name="missing",
            meaning="What would be needed to compute it, or the rest of it.",
        ),
        Column(
            name="caveat",
            meaning="Why agreement of the numbers is not a reproduction.",
        ),
        *provenance(),
        ROW,
        NOTE,
    ),
)

CLAIM_NUMBERS = Table(
    name="claim_numbers",
    meaning="A number that a statement prints, in the order of computation.",
    identity=("claim_id", "quantity"),
    columns=(
        Column(
            name="claim_id",
            meaning="Statement.",
            required=True,
            refers="claims.claim_id",
        ),
        Column(
            name="quantity",
            meaning="What the number is, by the names that the recipe gives.",
            required=True,
            pattern=r"[a-z0-9_]+",
            form="lower-case letters, digits and '_'",
        ),
        Column(
            name="relation",
            meaning=(
                "=: printed; <, <=, >: printed as a bound; about: printed as a round "
                "figure; given: printed and used, not recomputed."
            ),
            allowed=("=", "<", "<=", ">", "about", "given"),
            default="=",
        ),
        Column(
            name="value", meaning="Number as printed.", type="number", required=True
        ),
        Column(
            name="digits",
            meaning="Decimals printed, padded zeros included.",
            type="integer",
            minimum=0,
            required=True,
        ),
        NOTE,
    ),
)
