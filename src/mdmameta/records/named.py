"""Every table of evidence under its own name."""

from __future__ import annotations

from abc import ABC, abstractmethod

import pandas as pd

__all__ = ["NamedTables"]


class NamedTables(ABC):
    """Tables as properties, for whatever can give a table by its name."""

    __slots__ = ()

    @abstractmethod
    def to_frame(self, table: str = "continuous") -> pd.DataFrame:
        """Return a copy of one table."""

    @property
    def sources(self) -> pd.DataFrame:
        """Documents, with their standing."""
        return self.to_frame("sources")

    @property
    def studies(self) -> pd.DataFrame:
        """Trials."""
        return self.to_frame("studies")

    @property
    def arms(self) -> pd.DataFrame:
        """Arms of trials."""
        return self.to_frame("arms")

    @property
    def instruments(self) -> pd.DataFrame:
        """Scales and kinds of events, with the direction that is better."""
        return self.to_frame("instruments")

    @property
    def timepoints(self) -> pd.DataFrame:
        """Times of assessment: weeks, blinding, crossover."""
        return self.to_frame("timepoints")

    @property
    def analysis_sets(self) -> pd.DataFrame:
        """Names of who was analysed."""
        return self.to_frame("analysis_sets")

    @property
    def definitions(self) -> pd.DataFrame:
        """When an event counts as one."""
        return self.to_frame("definitions")

    @property
    def study_flow(self) -> pd.DataFrame:
        """Boxes of the PRISMA 2020 flow diagram, gaps included."""
        return self.to_frame("study_flow")

    @property
    def continuous(self) -> pd.DataFrame:
        """Scores as printed: one arm, instrument, time and stat a row."""
        return self.to_frame("continuous")

    @property
    def binary(self) -> pd.DataFrame:
        """Events as printed."""
        return self.to_frame("binary")

    @property
    def totals(self) -> pd.DataFrame:
        """Scores of several arms together, as printed."""
        return self.to_frame("totals")

    @property
    def blinding(self) -> pd.DataFrame:
        """Guesses of treatment, with known gaps as rows without numbers."""
        return self.to_frame("blinding")

    @property
    def prior_use(self) -> pd.DataFrame:
        """Use of the drug before the trial."""
        return self.to_frame("prior_use")

    @property
    def bias_priors(self) -> pd.DataFrame:
        """Estimates from other trials of how much lost blinding matters."""
        return self.to_frame("bias_priors")

    @property
    def thresholds(self) -> pd.DataFrame:
        """Differences that somebody has called important, and yardsticks."""
        return self.to_frame("thresholds")

    @property
    def contrasts(self) -> pd.DataFrame:
        """Effects as documents print them; never the input of an analysis."""
        return self.to_frame("contrasts")

    @property
    def reviews(self) -> pd.DataFrame:
        """Pooled results that other teams published."""
        return self.to_frame("reviews")

    @property
    def review_inputs(self) -> pd.DataFrame:
        """What those reviews say that they pooled."""
        return self.to_frame("review_inputs")

    @property
    def risk_of_bias(self) -> pd.DataFrame:
        """Risk of bias as raters judged it."""
        return self.to_frame("risk_of_bias")

    @property
    def benchmarks(self) -> pd.DataFrame:
        """Rates elsewhere."""
        return self.to_frame("benchmarks")

    @property
    def regulators(self) -> pd.DataFrame:
        """Votes, decisions and concerns of bodies that judged the evidence."""
        return self.to_frame("regulators")

    @property
    def claims(self) -> pd.DataFrame:
        """Statements of others, and how each can be computed again."""
        return self.to_frame("claims")

    @property
    def claim_numbers(self) -> pd.DataFrame:
        """The numbers that those statements print."""
        return self.to_frame("claim_numbers")
