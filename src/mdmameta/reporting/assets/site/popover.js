// Where a number comes from, shown beside it: on hover, focus, touch or Enter.

// Waits in milliseconds: a pointer that passes opens nothing, one that moves
// from the number into the popover does not close it.
const OPENS = 200;
const CLOSES = 300;

// Pixels between number, popover and edge of the window, and its least height.
const GAP = 12;
const LOWEST = 160;

const el = (tag, text = "", attributes = {}) => {
  const made = document.createElement(tag);
  made.textContent = text;
  Object.entries(attributes).forEach(([name, value]) => made.setAttribute(name, value));
  return made;
};

const list = (title, items) => {
  if (!items.length) return [];
  const made = el("ul");
  made.append(...items);
  return [el("p", title, { class: "origin-part" }), made];
};

function documentItem(one) {
  const item = el("li");
  item.append(el("bdi", one.title));
  if (/^10\.[^\s]+$/.test(one.doi)) {
    const href = `https://doi.org/${encodeURI(one.doi)}`;
    item.append(" ", el("a", one.doi, { href, rel: "noreferrer" }));
  }
  one.marks.forEach((mark) => item.append(el("em", ` ${mark}`)));
  return item;
}

function claimItem(one) {
  const item = el("li");
  item.append(el("a", one.id, { href: one.href }));
  return item;
}

function contents(id, one) {
  const steps = one.steps.map((step) =>
    el("li", [step.share, step.relation, step.title].filter(Boolean).join(" ")));
  const claims = one.claims.map(claimItem);
  if (one.more) claims.push(el("li", `and ${one.more} more`));
  const command = el("p");
  command.append(el("code", `mdmameta trace ${id}`));
  return [
    el("p", one.title, { class: "origin-title" }),
    ...(one.of ? [el("p", one.of)] : []),
    ...one.formulas.map((text) => el("p", text, { class: "origin-formula" })),
    ...one.marks.map((text) => el("p", text, { class: "origin-mark" })),
    ...list("Made from", steps),
    ...list("Documents", one.documents.map(documentItem)),
    ...list("Statements of others computed from the same rows", claims),
    command,
  ];
}

class Popover {
  constructor(found) {
    this.found = found;
    this.timer = 0;
    this.at = null;
    this.box = el("div", "", {
      id: "origin", role: "dialog", tabindex: "-1", hidden: "",
      "aria-label": "Where this number comes from",
    });
    this.box.addEventListener("pointerenter", () => clearTimeout(this.timer));
    this.box.addEventListener("pointerleave", (event) => this.left(event));
    this.box.addEventListener("focusout", (event) => this.blurred(event));
    document.body.append(this.box);
    document.addEventListener("keydown", (event) => {
      if (event.key === "Escape" && this.at) this.close();
    });
    document.addEventListener("pointerdown", (event) => {
      const inside = this.box.contains(event.target) || this.at?.contains(event.target);
      if (this.at && !inside) this.close(false);
    });
  }

  show(at, id) {
    clearTimeout(this.timer);
    if (this.at === at) return;
    if (this.at) this.close(false);
    this.at = at;
    this.pinned = false;
    this.box.replaceChildren(...contents(id, this.found[id]));
    this.box.hidden = false;
    this.box.scrollTop = 0;
    at.setAttribute("aria-expanded", "true");
    this.place();
  }

  place() {
    const at = this.at.getBoundingClientRect();
    const { clientWidth: wide, clientHeight: high } = document.documentElement;
    const room = { below: high - at.bottom - GAP, above: at.top - GAP };
    const below = room.below >= Math.min(this.box.scrollHeight, room.above);
    this.box.style.maxHeight = `${Math.max(LOWEST, below ? room.below : room.above)}px`;
    const box = this.box.getBoundingClientRect();
    const top = below ? at.bottom + GAP / 2 : at.top - box.height - GAP / 2;
    const left = Math.max(GAP / 2, Math.min(at.left, wide - box.width - GAP / 2));
    this.box.style.top = `${top + window.scrollY}px`;
    this.box.style.left = `${left + window.scrollX}px`;
  }

  enter() {
    this.pinned = true;
    this.box.focus({ preventScroll: true });
  }

  soon(at, id, event) {
    if (event.pointerType === "touch") return;
    clearTimeout(this.timer);
    this.timer = setTimeout(() => this.show(at, id), OPENS);
  }

  left(event) {
    clearTimeout(this.timer);
    if (event.pointerType === "touch" || this.pinned) return;
    this.timer = setTimeout(() => this.at && this.close(false), CLOSES);
  }

  blurred(event) {
    const to = event.relatedTarget;
    if (this.at && to && to !== this.at && !this.box.contains(to)) this.close(false);
  }

  close(back = true) {
    const at = this.at;
    clearTimeout(this.timer);
    this.at = null;
    this.box.hidden = true;
    at.setAttribute("aria-expanded", "false");
    if (!back) return;
    this.leaving = at;
    at.focus({ preventScroll: true });
    this.leaving = null;
  }
}

// Characters from which on a text is a sentence and no number.
const SENTENCE = 40;

// A text that holds links cannot be a button itself, and a sentence that is one is
// read aloud as one and underlined all through: they get a button behind them.
function handle(span, id) {
  const what = { "aria-haspopup": "dialog", "aria-expanded": "false" };
  if (span.querySelector("a") || span.textContent.length > SENTENCE) {
    span.classList.add("sentence");
    const label = `Where this comes from: ${id}`;
    const made = el("button", "?", { type: "button", class: "asks", "aria-label": label, ...what });
    span.append(made);
    return made;
  }
  const all = { role: "button", tabindex: "0", "aria-describedby": "origin-help", ...what };
  Object.entries(all).forEach(([name, value]) => span.setAttribute(name, value));
  return span;
}

function attach(popover, span) {
  const id = span.dataset.id;
  const at = handle(span, id);
  span.removeAttribute("title");
  span.classList.add("live");
  const pin = (event) => {
    if (event.target.closest("a")) return;
    popover.show(at, id);
    popover.enter();
  };
  at.addEventListener("pointerenter", (event) => popover.soon(at, id, event));
  at.addEventListener("pointerleave", (event) => popover.left(event));
  at.addEventListener("click", pin);
  at.addEventListener("focus", () => {
    if (popover.leaving !== at && at.matches(":focus-visible")) popover.show(at, id);
  });
  at.addEventListener("focusout", (event) => popover.blurred(event));
  at.addEventListener("keydown", (event) => {
    if (at === span && (event.key === "Enter" || event.key === " ")) {
      event.preventDefault();
      pin(event);
    }
  });
}

export function showOrigins(root) {
  const data = root.getElementById("origins");
  if (!data) return;
  const found = JSON.parse(data.textContent);
  const help = "Where this number comes from: press Enter";
  root.body.append(el("span", help, { id: "origin-help", hidden: "" }));
  const popover = new Popover(found);
  const known = (span) => Object.hasOwn(found, span.dataset.id);
  [...root.querySelectorAll(".traced[data-id]")].filter(known)
    .forEach((span) => attach(popover, span));
}
