// The ledger: statements chosen by verdict and by words.

const HEADING = "H2";

/** What stands under a heading, itself included: its section, or all up to the next. */
export function partsOf(heading) {
  if (heading.parentElement.tagName === "SECTION") return [heading.parentElement];
  const parts = [heading];
  for (let at = heading.nextElementSibling; at && at.tagName !== HEADING; at = at.nextElementSibling) {
    if (at.classList.contains("provenance")) break;
    parts.push(at);
  }
  return parts;
}

/** Whether a text has every word, in any case and order. */
export const hasWords = (text, words) => {
  const small = text.toLowerCase();
  return words.toLowerCase().split(/\s+/).every((word) => small.includes(word));
};

function labelled(kind, words, ...more) {
  const input = document.createElement("input");
  input.type = kind;
  const label = document.createElement("label");
  if (kind === "checkbox") label.append(input, " ", words, ...more);
  else label.append(words, " ", input, ...more);
  return { input, label };
}

function headingOf(item) {
  const link = item.querySelector("a[href^='#']");
  const place = link && document.getElementById(link.hash.slice(1));
  const heading = place?.tagName === "SECTION" ? place.querySelector("h2") : place;
  return heading?.tagName === HEADING ? heading : null;
}

/** Whether every entry of a list is a link to a part of the page, most with a table. */
function listsTables(list) {
  const headings = [...list.children].map(headingOf);
  if (list.closest("nav, .toc") || headings.length < 2 || headings.includes(null)) return false;
  const tables = headings.filter((heading) =>
    partsOf(heading).some((part) => part.querySelector("tbody")));
  return 2 * tables.length > headings.length;
}

function verdictsOf(list) {
  return [...list.children].map((item) => {
    const link = item.querySelector("a");
    const parts = partsOf(headingOf(item));
    const rows = parts.flatMap((part) => [...part.querySelectorAll("tbody tr")]);
    const { input, label } = labelled("checkbox", "show");
    input.checked = true;
    input.setAttribute("aria-label", `show statements ${link.textContent.toLowerCase()}`);
    item.append(" ", label);
    return { input, parts, rows };
  });
}

function update(verdicts, words, told) {
  let shown = 0;
  let all = 0;
  verdicts.forEach(({ input, parts, rows }) => {
    parts.forEach((part) => { part.hidden = !input.checked; });
    rows.forEach((row) => {
      row.hidden = !hasWords(row.textContent, words.value.trim());
      all += 1;
      if (input.checked && !row.hidden) shown += 1;
    });
  });
  told.textContent = `${shown} of ${all} statements shown.`;
}

/** Lists of verdicts become filters; without this script they stay lists of links. */
export function makeFilterable(root) {
  [...root.querySelectorAll("main ul")].filter(listsTables).forEach((list) => {
    list.classList.add("verdicts");
    const verdicts = verdictsOf(list);
    const { input: words, label } = labelled("search", "Only with the words");
    const told = document.createElement("p");
    told.setAttribute("role", "status");
    const bar = document.createElement("p");
    bar.className = "filters";
    bar.append(label);
    list.after(bar, told);
    const again = () => update(verdicts, words, told);
    verdicts.forEach(({ input }) => input.addEventListener("change", again));
    words.addEventListener("input", again);
    const reveal = () => {
      const target = document.getElementById(decodeURIComponent(location.hash.slice(1)));
      if (!target?.closest("[hidden]")) return;
      words.value = "";
      verdicts.forEach(({ input, parts }) => {
        if (parts.some((part) => part.contains(target))) input.checked = true;
      });
      again();
      target.scrollIntoView();
    };
    window.addEventListener("hashchange", reveal);
    window.addEventListener("beforeprint", () => verdicts.forEach(({ parts, rows }) =>
      [...parts, ...rows].forEach((part) => { part.hidden = false; })));
    window.addEventListener("afterprint", again);
    again();
  });
}
