// One random-effects (or common-effect) mean with its intervals.

import { chi2Upper, critical95, twoSidedP } from "./distributions.js";
import { moments, sum } from "./moments.js";
import { ESTIMATORS } from "./tau2.js";

/**
 * Pool effects.
 * @param y, v effects and variances, k of each, k ≥ 1
 * @param tau2 code of an estimator, or "common" for a common effect
 * @param interval "wald", "t", "knapp-hartung" or "knapp-hartung-adhoc"
 */
export function pool(y, v, { tau2, interval }) {
  const k = y.length;
  const common = tau2 === "common";
  const between = common || k < 2 ? 0 : ESTIMATORS[tau2](y, v);
  const w = v.map((x) => 1 / (x + between));
  const total = sum(w);
  const value = sum(w.map((wi, i) => wi * y[i])) / total;
  const classic = Math.sqrt(1 / total);
  const { se, df, factor } = error(y, v, between, classic, interval);
  const half = critical95(df) * se;
  return {
    k,
    value,
    se,
    df,
    ci_low: value - half,
    ci_high: value + half,
    p_value: twoSidedP(value / se, df),
    weights: w.map((wi) => (100 * wi) / total),
    narrower: half < critical95(Infinity) * classic,
    factor,
    ...prediction(value, se, df, between, k > 1 && !common),
    ...heterogeneity(y, v, between, common),
  };
}

function error(y, v, between, classic, interval) {
  const residual = y.length - 1;
  if (interval === "wald" || residual < 1) return { se: classic, df: Infinity, factor: 1 };
  let factor = 1;
  if (interval.startsWith("knapp-hartung")) {
    factor = moments(y, v, between).ypy / residual;
    if (interval.endsWith("adhoc")) factor = Math.max(1, factor);
  }
  return { se: classic * Math.sqrt(factor), df: residual, factor };
}

function prediction(value, se, df, between, defined) {
  if (!defined) return { pi_low: NaN, pi_high: NaN };
  const half = critical95(df) * Math.sqrt(between + se * se);
  return { pi_low: value - half, pi_high: value + half };
}

function heterogeneity(y, v, between, common) {
  const df = y.length - 1;
  const at = moments(y, v, 0);
  const q = at.ypy;
  if (df < 1) return { tau2: NaN, i2: NaN, q: 0, q_p: 1 };
  const i2 = common
    ? 100 * (q > 0 ? Math.max(0, 1 - df / q) : 0)
    : (100 * between) / (between + df / at.trP);
  return { tau2: between, i2, q, q_p: chi2Upper(q, df) };
}
