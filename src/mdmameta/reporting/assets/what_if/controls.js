// The controls: native elements with labels, so that keyboards and readers work.

import { el, name } from "./elements.js";
import { number } from "./numbers.js";

export const TAU2 = [
  ["REML", "REML"],
  ["DL", "DerSimonian–Laird"],
  ["PM", "Paule–Mandel"],
  ["SJ", "Sidik–Jonkman"],
  ["ML", "Maximum likelihood"],
  ["HE", "Hedges"],
  ["HS", "Hunter–Schmidt"],
  ["HSk", "Hunter–Schmidt, small k"],
  ["common", "Common effect (τ² = 0)"],
];

export const INTERVALS = [
  ["knapp-hartung-adhoc", "Knapp–Hartung, ad hoc"],
  ["knapp-hartung", "Knapp–Hartung"],
  ["wald", "Wald (normal)"],
  ["t", "t, k − 1 df"],
];

/** Key, label, unit, ends and step; the sign of each is explained on the page. */
export const SLIDERS = [
  ["b", "Bias b from lost blinding, were belief to change completely", "SD", -1, 1, 0.05],
  ["delta", "Δ: contrast in earlier users less that in others", "SD", -1, 1, 0.05],
  ["unknownShare", "Share of earlier users where no text gives it", "", 0, 1, 0.05],
  ["active", "Missing of the treated arms, shifted by", "SD", -2, 2, 0.1],
  ["control", "Missing of the control arms, shifted by", "SD", -2, 2, 0.1],
];

let made = 0;
const fresh = (key) => `what-if-${key}-${(made += 1)}`;

export function chooser(key, label, options, value, onChange) {
  const id = fresh(key);
  const select = el("select", { id, "data-key": key });
  options.forEach(([code, words]) => select.append(el("option", { value: code }, words)));
  select.value = value;
  select.addEventListener("change", () => onChange(select.value));
  return el("div", { class: "choice" }, el("label", { for: id }, label), select);
}

export function slider([key, label, unit, low, high, step], value, enabled, onChange) {
  const id = fresh(key);
  const text = (x) => `${number(x)}${unit && ` ${unit}`}`;
  const input = el("input", { type: "range", id, min: low, max: high, step, "data-key": key, disabled: !enabled });
  input.value = value;
  input.setAttribute("aria-valuetext", text(value));
  const output = el("output", { for: id }, text(value));
  input.addEventListener("input", () => {
    output.textContent = text(Number(input.value));
    input.setAttribute("aria-valuetext", output.textContent);
    onChange(Number(input.value));
  });
  return el("div", { class: "slide" }, el("label", { for: id }, label), output, input);
}

export function trialBoxes(set, out, onChange) {
  const box = el("fieldset", { class: "trials" }, el("legend", {}, "Trials in the analysis"));
  set.trials.forEach((trial) => {
    const input = el("input", { type: "checkbox", "data-trial": trial.id, checked: !out.includes(trial.id) });
    input.addEventListener("change", () => onChange(trial.id, input.checked));
    box.append(el("label", {}, input, " ", name(trial.label)));
  });
  return box;
}
