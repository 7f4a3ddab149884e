"""The page of the coverage study, from its results."""


def write_page(found: dict) -> None:
    """Write docs/coverage.md."""
