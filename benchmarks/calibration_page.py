"""The page of the calibration study, from its results."""


def write_page(results: dict, seed: int) -> None:
    """Write docs/calibration.md and its figure."""
