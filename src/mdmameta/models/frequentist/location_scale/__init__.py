"""Models in which moderators also explain how far true effects differ."""

from mdmameta.models.frequentist.location_scale.model import LocationScale
from mdmameta.models.frequentist.location_scale.result import LocationScaleFit, Scale

__all__ = ["LocationScale", "LocationScaleFit", "Scale"]
