// The numbers behind the plot, as a table that can be read aloud and copied.

import { el, name } from "./elements.js";
import { interval, number, shown } from "./numbers.js";

const HALF_WIDTHS = 1.959963984540054;

const COLUMNS = ["trial", "as reported", "under the assumptions", "95% interval", "weight", "u", "earlier use", "missing, treated", "missing, control"];

const percent = (x) => (x == null ? "not known" : `${number(100 * x, 0)}%`);

function cells(set, t) {
  const half = HALF_WIDTHS * Math.sqrt(t.v);
  const [value, low, high] = [t.y, t.y - half, t.y + half].map((x) => shown(x, set.log));
  return [
    number(shown(t.asReported, set.log)),
    number(value),
    interval(low, high),
    t.inside ? `${number(t.weight, 1)}%` : "out",
    t.u == null ? "not known" : `${number(t.u)} (${t.u_basis})`,
    percent(t.share),
    percent(t.f_active),
    percent(t.f_control),
  ];
}

export function table(set, result) {
  const count = set.assumptions ? COLUMNS.length : 5;
  const head = COLUMNS.slice(0, count).map((text) => el("th", { scope: "col" }, text));
  const rows = result.trials.map((trial) =>
    el(
      "tr",
      {},
      el("th", { scope: "row" }, name(trial.label)),
      ...cells(set, trial).slice(0, count - 1).map((text) => el("td", {}, text)),
    ),
  );
  return el(
    "table",
    {},
    el("caption", {}, "Trials as shown in the plot"),
    el("thead", {}, el("tr", {}, ...head)),
    el("tbody", {}, ...rows),
  );
}
