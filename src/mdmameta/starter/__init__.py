"""A new review: a folder with a table of effects and a report that renders."""

from mdmameta.starter.project import new_project

__all__ = ["new_project"]
