// The page: choices in, answer out, at once.

import { INTERVALS, SLIDERS, TAU2, chooser, slider, trialBoxes } from "./controls.js";
import { el } from "./elements.js";
import { forest } from "./forest.js";
import { answer, beginning } from "./state.js";
import { CSS } from "./style.js";
import { table } from "./table.js";
import { cautions, details, headline } from "./words.js";

function start(root) {
  const data = JSON.parse(root.querySelector("script[type='application/json']").textContent);
  const parts = places(root);
  let choices = beginning(data.sets[0]);
  const set = () => data.sets.find((one) => one.name === choices.set);

  const show = () => {
    const result = answer(set(), choices);
    parts.headline.textContent = headline(set(), result);
    parts.plot.replaceChildren(forest(set(), result, Math.max(parts.plot.clientWidth, 280)));
    parts.details.replaceChildren(...details(set(), result).map(([term, text]) => el("div", {}, el("dt", {}, term), el("dd", {}, text))));
    parts.cautions.replaceChildren(...cautions(set(), choices, result).map((text) => el("li", {}, text)));
    parts.cautions.hidden = !parts.cautions.childElementCount;
    parts.numbers.replaceChildren(table(set(), result));
    root.dispatchEvent(new CustomEvent("what-if", { detail: { choices, fit: result.fit } }));
  };
  const change = (more) => {
    choices = { ...choices, ...more };
    show();
  };
  const build = () => {
    parts.controls.replaceChildren(
      models(data, choices, change, (name) => restart({ ...beginning(data.sets[0]), set: name })),
      trialBoxes(set(), choices.out, (id, inside) => {
        const others = choices.out.filter((one) => one !== id);
        change({ out: inside ? others : [...others, id] });
      }),
      assumed(set(), choices, change),
    );
    show();
  };
  const restart = (from) => {
    const focused = document.activeElement?.dataset?.key;
    choices = from;
    build();
    if (focused) parts.controls.querySelector(`[data-key='${focused}']`)?.focus();
  };
  parts.reset.addEventListener("click", () => restart(beginning(data.sets[0])));
  new ResizeObserver(show).observe(root);
  build();
}

function places(root) {
  root.querySelectorAll("p").forEach((needless) => needless.remove());
  const parts = {
    controls: el("div", { class: "controls" }),
    headline: el("output", { class: "headline", "aria-live": "polite" }),
    plot: el("div", { class: "plot" }),
    details: el("dl"),
    cautions: el("ul", { class: "cautions", "aria-label": "Read with care" }),
    reset: el("button", { type: "button" }, "Begin again"),
    numbers: el("div", { class: "numbers", tabindex: 0, role: "region", "aria-label": "Numbers of the trials" }),
  };
  const folded = el("details", {}, el("summary", {}, "Numbers of the trials"), parts.numbers);
  root.append(parts.controls, parts.headline, parts.plot, parts.details, parts.cautions, parts.reset, folded);
  return parts;
}

function models(data, choices, change, choose) {
  const sets = data.sets.map((one) => [one.name, one.title]);
  return el(
    "fieldset",
    {},
    el("legend", {}, "Contrasts and model"),
    chooser("set", "Contrast set", sets, choices.set, choose),
    chooser("tau2", "Variance between trials (τ²)", TAU2, choices.tau2, (tau2) => change({ tau2 })),
    chooser("interval", "Interval", INTERVALS, choices.interval, (interval) => change({ interval })),
  );
}

function assumed(set, choices, change) {
  const box = el("fieldset", { class: "assumed" }, el("legend", {}, "Assumptions"));
  SLIDERS.forEach((one) => box.append(slider(one, choices[one[0]], set.assumptions, (x) => change({ [one[0]]: x }))));
  if (!set.assumptions)
    box.append(el("p", { class: "why" }, "These are in standard deviations and apply to standardised contrasts only."));
  return box;
}

const styled = el("style");
styled.textContent = CSS;
document.head.append(styled);
document.querySelectorAll(".what-if").forEach(start);
