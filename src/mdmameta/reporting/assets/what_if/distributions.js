// Distribution functions of t, the normal and chi-squared, to about 1e-13.

/** Precision at which series and continued fractions end. */
const TINY = 1e-300;
const ENOUGH = 1e-16;
const MAX_TERMS = 10000;

/** Lanczos's coefficients for g = 7, n = 9 (Godfrey), relative error below 1e-14. */
const LANCZOS = [
  0.99999999999980993, 676.5203681218851, -1259.1392167224028, 771.32342877765313,
  -176.61502916214059, 12.507343278686905, -0.13857109526572012, 9.9843695780195716e-6,
  1.5056327351493116e-7,
];

/** Quantile of the normal at 0.975. */
const Z975 = 1.959963984540054;

export function logGamma(x) {
  if (x < 0.5) return Math.log(Math.PI / Math.sin(Math.PI * x)) - logGamma(1 - x);
  const z = x - 1;
  const sum = LANCZOS.slice(1).reduce((s, c, i) => s + c / (z + i + 1), LANCZOS[0]);
  const t = z + 7.5;
  return 0.5 * Math.log(2 * Math.PI) + (z + 0.5) * Math.log(t) - t + Math.log(sum);
}

/** Upper tail of the gamma distribution of shape a, at x. */
export function gammaUpper(a, x) {
  if (x <= 0) return 1;
  const front = Math.exp(a * Math.log(x) - x - logGamma(a));
  return x < a + 1 ? 1 - front * gammaSeries(a, x) : front * gammaFraction(a, x);
}

function gammaSeries(a, x) {
  let term = 1 / a;
  let sum = term;
  for (let n = 1; n < MAX_TERMS && term > sum * ENOUGH; n += 1) {
    term *= x / (a + n);
    sum += term;
  }
  return sum;
}

function gammaFraction(a, x) {
  let b = x + 1 - a;
  let c = 1 / TINY;
  let d = 1 / b;
  let h = d;
  for (let i = 1; i < MAX_TERMS; i += 1) {
    const an = -i * (i - a);
    b += 2;
    d = 1 / nonzero(an * d + b);
    c = nonzero(b + an / c);
    h *= d * c;
    if (Math.abs(d * c - 1) < ENOUGH) break;
  }
  return h;
}

const nonzero = (x) => (Math.abs(x) < TINY ? TINY : x);

/** Regularised incomplete beta function by Lentz's continued fraction. */
export function betaRegularised(a, b, x) {
  if (x <= 0 || x >= 1) return x <= 0 ? 0 : 1;
  const log = logGamma(a + b) - logGamma(a) - logGamma(b);
  const front = Math.exp(log + a * Math.log(x) + b * Math.log1p(-x));
  return x < (a + 1) / (a + b + 2)
    ? (front * betaFraction(a, b, x)) / a
    : 1 - (front * betaFraction(b, a, 1 - x)) / b;
}

function betaFraction(a, b, x) {
  let c = 1;
  let d = 1 / nonzero(1 - ((a + b) * x) / (a + 1));
  let h = d;
  for (let m = 1; m < MAX_TERMS; m += 1) {
    const even = (m * (b - m) * x) / ((a + 2 * m - 1) * (a + 2 * m));
    d = 1 / nonzero(1 + even * d);
    c = nonzero(1 + even / c);
    h *= d * c;
    const odd = (-(a + m) * (a + b + m) * x) / ((a + 2 * m) * (a + 2 * m + 1));
    d = 1 / nonzero(1 + odd * d);
    c = nonzero(1 + odd / c);
    h *= d * c;
    if (Math.abs(d * c - 1) < ENOUGH) break;
  }
  return h;
}

/** Two-sided p-value of a statistic; df infinite for the normal. */
export function twoSidedP(statistic, df) {
  const square = statistic * statistic;
  if (df === Infinity) return gammaUpper(0.5, square / 2);
  return betaRegularised(df / 2, 0.5, df / (df + square));
}

/** Upper tail of chi-squared. */
export const chi2Upper = (x, df) => gammaUpper(df / 2, x / 2);

/** The value that t exceeds, either way, with probability 5 %. */
export function critical95(df) {
  if (df === Infinity) return Z975;
  let [low, high] = [0, 2];
  while (twoSidedP(high, df) > 0.05) high *= 2;
  for (let i = 0; i < 200 && high - low > 1e-15 * high; i += 1) {
    const middle = (low + high) / 2;
    if (twoSidedP(middle, df) > 0.05) low = middle;
    else high = middle;
  }
  return (low + high) / 2;
}
