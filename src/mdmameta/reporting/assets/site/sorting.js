// Tables that sort by a click or a key on the head of a column.

// Rows from which on sorting helps more than it distracts.
const ENOUGH = 6;

/** The first number of a cell, with the true minus sign; null where there is none. */
export const numeric = (text) => {
  const found = text.replaceAll("−", "-").replaceAll(",", "").match(/^[^\d-]*(-?\d+(\.\d+)?)/);
  return found ? Number(found[1]) : null;
};

/** Gaps last; numbers by size where the column has nothing else; else as words. */
export function order(texts, down) {
  const numbers = texts.map(numeric);
  const words = texts.some((text, i) => text !== "–" && text !== "" && numbers[i] === null);
  const gap = (i) => texts[i] === "–" || texts[i] === "";
  const compare = (i, j) =>
    words ? texts[i].localeCompare(texts[j]) : numbers[i] - numbers[j];
  const sign = down ? -1 : 1;
  return texts
    .map((_, i) => i)
    .sort((i, j) => gap(i) - gap(j) || (gap(i) ? 0 : sign * compare(i, j)) || i - j);
}

function sort(table, column, head) {
  const body = table.tBodies[0];
  const rows = [...body.rows];
  const down = head.getAttribute("aria-sort") === "ascending";
  const texts = rows.map((row) => row.cells[column].textContent.trim());
  order(texts, down).forEach((i) => body.append(rows[i]));
  [...head.parentElement.cells].forEach((cell) => cell.removeAttribute("aria-sort"));
  head.setAttribute("aria-sort", down ? "descending" : "ascending");
}

function simple(table) {
  const width = table.tHead?.rows.length === 1 && table.tHead.rows[0].cells.length;
  const rows = [...(table.tBodies[0]?.rows ?? [])];
  return width && rows.length >= ENOUGH && rows.every((row) => row.cells.length === width);
}

export function makeSortable(root) {
  [...root.querySelectorAll("main table")].filter(simple).forEach((table) => {
    [...table.tHead.rows[0].cells].forEach((head, column) => {
      const button = document.createElement("button");
      button.type = "button";
      button.className = "sorts";
      button.append(...head.childNodes);
      head.append(button);
      button.addEventListener("click", () => sort(table, column, head));
    });
  });
}
