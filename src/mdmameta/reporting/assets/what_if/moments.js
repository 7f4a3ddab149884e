// Sums that estimators and intervals share, for a mean without moderators.

export const sum = (x) => x.reduce((s, xi) => s + xi, 0);

/** Effects less their unweighted mean: large means then cost no digits. */
export function residuals(y) {
  const mean = sum(y) / y.length;
  return y.map((yi) => yi - mean);
}

/** Traces and quadratic forms in P = W − W1(1ᵀW1)⁻¹1ᵀW, W = 1 / (v + τ²). */
export function moments(y0, v, tau2) {
  const y = residuals(y0);
  const w = v.map((x) => 1 / (x + tau2));
  const [a, b, d] = [1, 2, 3].map((power) => sum(w.map((wi) => wi ** power)));
  const mean = sum(w.map((wi, i) => wi * y[i])) / a;
  const py = w.map((wi, i) => wi * (y[i] - mean));
  const wpy = sum(py.map((x, i) => w[i] * x));
  return {
    ypy: sum(py.map((x, i) => x * y[i])),
    yppy: sum(py.map((x) => x * x)),
    ypppy: sum(py.map((x, i) => w[i] * x * x)) - (wpy * wpy) / a,
    trP: a - b / a,
    trPP: b - (2 * d) / a + (b / a) ** 2,
    trW: a,
    trWW: b,
  };
}
