// Elements of the page; text only ever enters as text.

const SVG = "http://www.w3.org/2000/svg";

function dress(made, attributes, children) {
  Object.entries(attributes).forEach(([name, value]) => {
    if (value === true) made.setAttribute(name, "");
    else if (value !== false && value != null) made.setAttribute(name, value);
  });
  made.append(...children);
  return made;
}

export const el = (tag, attributes = {}, ...children) =>
  dress(document.createElement(tag), attributes, children);

export const svg = (tag, attributes = {}, ...children) =>
  dress(document.createElementNS(SVG, tag), attributes, children);

/** A name that somebody typed: kept apart, so that its direction turns nothing else. */
export const name = (text) => el("bdi", {}, text);
