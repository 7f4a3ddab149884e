"""The table of the flow of studies, by the boxes of the PRISMA 2020 diagram."""

from __future__ import annotations

from mdmameta.schema.column import Column, Table
from mdmameta.schema.shared import NOTE, ROW, provenance

__all__ = ["STUDY_FLOW"]

STUDY_FLOW = Table(
    name="study_flow",
    meaning="A box of the PRISMA 2020 flow diagram; a gap has a reason and no count.",
    identity=("box_id",),
    columns=(
        Column(name="box_id", meaning="Name of the box.", required=True, unique=True),
        Column(
            name="stage",
            meaning="Stage of the diagram.",
            required=True,
            allowed=("identification", "screening", "included"),
        ),
        Column(
            name="stream",
            meaning="How records came to the box.",
            required=True,
            allowed=("databases", "other", "previous", "all"),
        ),
        Column(name="label", meaning="Words of the diagram.", required=True),
        Column(name="n", meaning="Count, as printed.", type="integer", minimum=0),
        Column(
            name="gap",
            meaning="Why there is no count.",
            allowed=("no source",),
        ),
        *provenance(required=False),
        ROW,
        NOTE,
    ),
)
