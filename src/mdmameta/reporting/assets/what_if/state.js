// What is asked, and the answer: pure functions of the data and the choices.

import { underAssumptions } from "./assumptions.js";
import { pool } from "./pool.js";

export const NEUTRAL = { b: 0, delta: 0, unknownShare: 0, active: 0, control: 0 };

/** The choices that a page begins with. */
export const beginning = (set) => ({
  set: set.name,
  out: [],
  tau2: "REML",
  interval: "knapp-hartung-adhoc",
  ...NEUTRAL,
});

/**
 * Answer: every trial as moved, those that are in, and their pooled contrast.
 * Where a set is not standardised the assumptions do not apply.
 */
export function answer(set, choices) {
  const asked = set.assumptions ? choices : NEUTRAL;
  const moved = underAssumptions(set.trials, asked);
  const trials = set.trials.map((trial, i) => ({
    ...trial,
    ...moved[i],
    asReported: trial.y,
    inside: !choices.out.includes(trial.id),
  }));
  const used = trials.filter((trial) => trial.inside);
  if (!used.length) return { trials, fit: null };
  const fit = pool(used.map((t) => t.y), used.map((t) => t.v), choices);
  used.forEach((trial, i) => {
    trial.weight = fit.weights[i];
  });
  return { trials, fit };
}
