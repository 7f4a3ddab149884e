// The forest plot, drawn anew at the width that there is.

import { svg } from "./elements.js";
import { interval, number, shown, ticks } from "./numbers.js";
import { alternative } from "./words.js";

const ROW = 30;
const HEAD = 34;
const LINE = 18;
/** Narrower than this, numbers stay in the table below. */
const NARROW = 560;
const HALF_WIDTHS = 1.959963984540054;
/** Intervals that reach further than this, in ends of the trials', are cut, with an arrow. */
const WIDEST = 1.6;

/** Make the plot of an answer. */
export function forest(set, result, width) {
  const frame = layout(set, result, width);
  const label = alternative(set, result);
  const made = svg("svg", { role: "img", "aria-label": label, width, height: frame.height });
  made.append(...axis(set, frame));
  result.trials.forEach((trial, i) => made.append(trialRow(set, trial, frame, HEAD + i * ROW)));
  if (result.fit) made.append(pooledRow(set, result.fit, frame, HEAD + result.trials.length * ROW + 10));
  return made;
}

const ends = (t) => [t.y - HALF_WIDTHS * Math.sqrt(t.v), t.y + HALF_WIDTHS * Math.sqrt(t.v)];

function layout(set, { trials, fit }, width) {
  const narrow = width < NARROW;
  const [left, right] = [narrow ? 112 : 150, narrow ? 10 : 190];
  const values = trials.flatMap((t) => [...ends(t), t.asReported]).concat(0);
  if (fit) values.push(fit.ci_low, fit.ci_high, fit.pi_low, fit.pi_high);
  const known = values.filter(Number.isFinite);
  const widest = WIDEST * Math.max(...set.trials.map((t) => Math.abs(t.y) + HALF_WIDTHS * Math.sqrt(t.v)));
  const cut = (x) => Math.max(-widest, Math.min(widest, x));
  const [low, high] = [cut(Math.min(...known)), cut(Math.max(...known))];
  const room = (high - low) * 0.04 || 0.1;
  const scale = (x) => left + ((x - low + room) / (high - low + 2 * room)) * (width - left - right);
  const bottom = HEAD + trials.length * ROW + ROW + 16;
  const height = bottom + 58 + (narrow ? LINE : 0);
  return { narrow, left, right, low, high, scale, width, bottom, height };
}

function axis(set, f) {
  const at = ticks(f.low, f.high, f.narrow ? 4 : 6, set.log);
  const [x0, x1] = [f.scale(f.low), f.scale(f.high)];
  const zero = f.scale(0);
  const word = (x, anchor, text, line = 0) =>
    svg("text", { x, y: f.bottom + 44 + line * LINE, "text-anchor": anchor, class: "quiet" }, text);
  return [
    svg("line", { x1: zero, x2: zero, y1: HEAD - 18, y2: f.bottom, class: "zero" }),
    svg("line", { x1: x0, x2: x1, y1: f.bottom, y2: f.bottom, class: "axis" }),
    ...at.flatMap((x) => [
      svg("line", { x1: f.scale(x), x2: f.scale(x), y1: f.bottom, y2: f.bottom + 5, class: "axis" }),
      svg("text", { x: f.scale(x), y: f.bottom + 20, "text-anchor": "middle" }, tickText(x, set.log)),
    ]),
    ...(f.narrow
      ? [word(0, "start", `← ${set.left}`), word(f.width, "end", `${set.right} →`, 1)]
      : [word(zero - 8, "end", `← ${set.left}`), word(zero + 8, "start", `${set.right} →`)]),
  ];
}

const tickText = (x, log) => String(Number(shown(x, log).toPrecision(3))).replace("-", "−");

function trialRow(set, t, f, y) {
  const [low, high] = ends(t);
  const group = svg("g", { class: t.inside ? "trial" : "trial out" });
  group.append(label(t.label, y, f));
  group.append(bar(low, high, f, y, "interval"));
  const side = 5 + (t.inside ? Math.sqrt(t.weight ?? 0) : 0);
  const x = f.scale(t.y);
  group.append(svg("rect", { x: x - side / 2, y: y - side / 2, width: side, height: side, class: "mark" }));
  if (t.y !== t.asReported)
    group.append(svg("circle", { cx: f.scale(t.asReported), cy: y, r: 3.5, class: "reported" }));
  if (!f.narrow) group.append(...numbers(set, t.y, low, high, t.inside ? `${number(t.weight, 1)}%` : "out", f, y));
  return group;
}

function bar(low, high, f, y, kind) {
  const [from, to] = [f.scale(Math.max(low, f.low)), f.scale(Math.min(high, f.high))];
  const arrow = (x, way) =>
    svg("path", { d: `M${x - way * 6},${y - 4} L${x},${y} L${x - way * 6},${y + 4}`, class: `arrow ${kind}` });
  return svg(
    "g",
    {},
    svg("line", { x1: from, x2: to, y1: y, y2: y, class: kind }),
    ...(low < f.low ? [arrow(from, -1)] : []),
    ...(high > f.high ? [arrow(to, 1)] : []),
  );
}

function label(text, y, f, kind = "") {
  const most = f.narrow ? 15 : 20;
  const short = [...text].length > most ? `${[...text].slice(0, most - 1).join("")}…` : text;
  const made = svg("text", { x: 0, y: y + 4, class: `label ${kind}` }, short);
  if (short !== text) made.append(svg("title", {}, text));
  return made;
}

function numbers(set, value, low, high, weight, f, y) {
  const text = `${number(shown(value, set.log))} ${interval(shown(low, set.log), shown(high, set.log))}`;
  return [
    svg("text", { x: f.width - 52, y: y + 4, "text-anchor": "end" }, text),
    svg("text", { x: f.width, y: y + 4, "text-anchor": "end", class: "quiet" }, weight),
  ];
}

function pooledRow(set, fit, f, y) {
  const group = svg("g", { class: "pooled" });
  group.append(label("Pooled", y, f, "strong"));
  if (Number.isFinite(fit.pi_low)) group.append(bar(fit.pi_low, fit.pi_high, f, y + 16, "prediction"));
  const within = (x) => f.scale(Math.max(f.low, Math.min(f.high, x)));
  const [l, m, h] = [fit.ci_low, fit.value, fit.ci_high].map(within);
  group.append(svg("polygon", { points: `${l},${y} ${m},${y - 8} ${h},${y} ${m},${y + 8}`, class: "diamond" }));
  if (!f.narrow) group.append(...numbers(set, fit.value, fit.ci_low, fit.ci_high, "100%", f, y));
  return group;
}
