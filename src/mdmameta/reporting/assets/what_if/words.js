// The answer in sentences, for the headline, the alternative text and the cautions.

import { interval, number, pValue, shown } from "./numbers.js";

const ends = (set, low, high) =>
  Number.isFinite(low) ? interval(shown(low, set.log), shown(high, set.log)) : null;

/** One sentence that gives the pooled contrast, and one on zero. */
export function headline(set, { fit }) {
  if (!fit) return "No trial is in: check at least one.";
  const of = fit.k === 1 ? "One trial" : `${fit.k} trials`;
  const value = number(shown(fit.value, set.log));
  const excludes = fit.ci_low > 0 || fit.ci_high < 0;
  const null_ = set.log ? "one" : "zero";
  return (
    `${of}, ${set.measure.toLowerCase()} ${value} ${ends(set, fit.ci_low, fit.ci_high)}; ` +
    `the interval ${excludes ? "excludes" : "holds"} ${null_}.`
  );
}

/** Further numbers, each with its name. */
export function details(set, { fit }) {
  if (!fit) return [];
  const few = fit.k < 2;
  return [
    ["test of no difference", pValue(fit.p_value)],
    ["prediction interval", ends(set, fit.pi_low, fit.pi_high) ?? "not defined"],
    ["τ²", few ? "–" : number(fit.tau2, 3)],
    ["I²", few ? "–" : `${number(fit.i2, 0)}%`],
    ["Q", few ? "–" : `${number(fit.q)} on ${fit.k - 1} df, ${pValue(fit.q_p)}`],
  ];
}

/** What a reader must know before the numbers are used. */
export function cautions(set, choices, { trials, fit }) {
  const told = [];
  if (!fit) return told;
  if (fit.k === 1) told.push("One trial: its own interval; nothing can be said about how trials differ.");
  else if (fit.k < 5) told.push(`Only ${fit.k} trials: the variance between trials can hardly be estimated.`);
  if (choices.interval === "knapp-hartung" && fit.narrower)
    told.push("This Knapp–Hartung interval is narrower than Wald's, a known weakness with few trials: it decides nothing.");
  if (choices.tau2 === "common" && fit.k > 1)
    told.push("A common effect assumes that the trials differ by chance alone.");
  const lacking = (key) => trials.filter((t) => t.inside && t[key] == null).length;
  if (set.assumptions && choices.b && lacking("u"))
    told.push("Trials without a known u stay as they are under bias.");
  if (set.assumptions && (choices.active || choices.control) && lacking("f_active"))
    told.push("Trials whose numbers missing are not known by arm stay as they are when the missing are shifted.");
  return told;
}

/** The forest plot in words. */
export function alternative(set, result) {
  const rows = result.trials
    .filter((t) => t.inside)
    .map((t) => `${t.label} ${number(shown(t.y, set.log))}`);
  return `Forest plot. ${headline(set, result)} ${rows.join("; ")}.`;
}
