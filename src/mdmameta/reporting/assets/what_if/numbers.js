// Numbers as readers see them; the same forms as mdmameta.tables.numbers.

const plain = (x, digits) => x.toFixed(digits).replace(/^-(0\.?0*)$/, "$1").replace("-", "−");

/** A number with a true minus sign; a dash where there is none. */
export const number = (x, digits = 2) => (Number.isFinite(x) ? plain(x, digits) : "–");

/** Ends of an interval between square brackets. */
export const interval = (low, high, digits = 2) =>
  Number.isFinite(low) ? `[${number(low, digits)}, ${number(high, digits)}]` : "–";

export const pValue = (p) => (p < 0.001 ? "p < 0.001" : `p = ${number(p, 3)}`);

/** From the scale of analysis to the one people read. */
export const shown = (x, log) => (log ? Math.exp(x) : x);

/** Round numbers between two ends, about as many as wanted. */
export function ticks(low, high, wanted, log) {
  return log ? ratioTicks(low, high, wanted) : linearTicks(low, high, wanted);
}

function linearTicks(low, high, wanted) {
  const rough = (high - low) / wanted;
  const power = 10 ** Math.floor(Math.log10(rough));
  const step = power * [1, 2, 5, 10].find((s) => s * power >= rough);
  const first = Math.ceil(low / step);
  const count = Math.floor(high / step) - first + 1;
  return Array.from({ length: count }, (_, i) => Number(((first + i) * step).toPrecision(12)));
}

function ratioTicks(low, high, wanted) {
  const all = [];
  for (let d = -6; d <= 6; d += 1) [1, 2, 5].forEach((m) => all.push(m * 10 ** d));
  const inside = all.map((x) => Number(x.toPrecision(6))).filter((x) => low <= Math.log(x) && Math.log(x) <= high);
  const step = Math.ceil(inside.length / wanted);
  const first = Math.max(inside.indexOf(1), 0) % step;
  return inside.filter((_, i) => i % step === first).map(Math.log);
}
