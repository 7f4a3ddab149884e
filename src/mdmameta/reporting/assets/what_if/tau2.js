// Estimators of the variance between trials, for a mean without moderators.

import { moments, residuals, sum } from "./moments.js";

/** As mdmameta.models.frequentist.likelihood: steps of the search, last step. */
const FACTOR = 1.5;
const FEWEST_POINTS = 8;
const STEP = 1e-10;
const MAX_STEPS = 200;

/** Generalised Q with weights a: its value, and its mean when variances are s. */
function generalised(y, a) {
  const total = sum(a);
  const mean = sum(a.map((ai, i) => ai * y[i])) / total;
  const expectation = (s) => {
    const as = a.map((ai, i) => ai * s[i]);
    return sum(as) - sum(as.map((x, i) => x * a[i])) / total;
  };
  return { q: sum(a.map((ai, i) => ai * (y[i] - mean) ** 2)), expectation };
}

function byMoments(y, v, a) {
  const form = generalised(y, a);
  const slope = form.expectation(v.map(() => 1));
  return Math.max(0, (form.q - form.expectation(v)) / slope);
}

function hunterSchmidt(y, v, factor) {
  const a = v.map((x) => 1 / x);
  return Math.max(0, (generalised(y, a).q * factor - v.length) / sum(a));
}

function sidikJonkman(y, v) {
  const k = v.length;
  const first = sum(residuals(y).map((x) => x * x)) / k;
  if (first === 0) return 0;
  const a = v.map((x) => 1 / (x + first));
  return (first * generalised(y, a).q) / (k - 1);
}

/** The value at which Q is its degrees of freedom; Q falls, and is convex. */
function pauleMandel(y, v) {
  const df = v.length - 1;
  const gap = (t) => moments(y, v, t).ypy - df;
  if (gap(0) <= 0) return 0;
  let t = 0;
  for (let i = 0; i < MAX_STEPS; i += 1) {
    const at = moments(y, v, t);
    const step = (at.ypy - df) / at.yppy;
    t += step;
    if (Math.abs(step) <= 1e-14 * (t + Math.min(...v))) break;
  }
  return t;
}

function logLikelihood(y, v, t, restricted) {
  const w = v.map((x) => 1 / (x + t));
  const a = sum(w);
  const b = sum(w.map((wi, i) => wi * y[i]));
  const fit = sum(w.map((wi, i) => wi * y[i] * y[i])) - (b * b) / a;
  const loss = fit - sum(w.map(Math.log)) + (restricted ? Math.log(a) : 0);
  return -loss / 2;
}

/** The highest mode: a coarse search, then safeguarded Newton steps. */
function maximise(y0, v, restricted) {
  const y = residuals(y0);
  const rss = sum(y.map((x) => x * x));
  const smallest = Math.min(...v);
  if (rss <= smallest) return 0;
  const modes = peaks(y, v, rss, smallest, restricted).map((at) => climb(y, v, at, restricted));
  const height = (t) => logLikelihood(y, v, t, restricted);
  return modes.reduce((best, t) => (height(t) > height(best) ? t : best));
}

function peaks(y, v, rss, smallest, restricted) {
  const ratio = Math.log1p(rss / smallest);
  const last = Math.max(FEWEST_POINTS, Math.ceil(ratio / Math.log(FACTOR)));
  const grid = Array.from({ length: last + 1 }, (_, i) => smallest * Math.expm1((ratio * i) / last));
  const height = grid.map((t) => logLikelihood(y, v, t, restricted));
  const top = (i) =>
    (i === 0 || height[i] > height[i - 1]) && (i === last || height[i] >= height[i + 1]);
  return grid
    .map((t, i) => [grid[Math.max(i - 1, 0)], t, grid[Math.min(i + 1, last)], i])
    .filter((at) => top(at[3]));
}

function climb(y, v, [from, start, to], restricted) {
  let [low, t, high] = [from, start, to];
  const scale = Math.min(...v);
  for (let i = 0; i < MAX_STEPS; i += 1) {
    const at = moments(y, v, t);
    const score = at.yppy - (restricted ? at.trP : at.trW);
    if (t === 0 && score <= 0) return 0;
    if (score > 0) low = t;
    else high = t;
    const step = newton(at, score, restricted ? at.trPP : at.trWW);
    const converged = Math.abs(step) <= STEP * (t + scale);
    const inside = converged || (low < t + step && t + step < high);
    t = Math.max(inside ? t + step : low + (high - low) / 2, 0);
    if (converged) break;
  }
  return t;
}

function newton(at, score, expected) {
  const slope = 2 * at.ypppy * (at.yppy - score) - at.yppy * expected;
  return slope > 0 ? (score * at.yppy) / slope : score / expected;
}

/** metafor's code -> estimate from effects y and variances v, for k > 1. */
export const ESTIMATORS = {
  REML: (y, v) => maximise(y, v, true),
  DL: (y, v) => byMoments(y, v, v.map((x) => 1 / x)),
  PM: pauleMandel,
  SJ: sidikJonkman,
  ML: (y, v) => maximise(y, v, false),
  HE: (y, v) => byMoments(y, v, v.map(() => 1)),
  HS: (y, v) => hunterSchmidt(y, v, 1),
  HSk: (y, v) => hunterSchmidt(y, v, v.length / (v.length - 1)),
};
