import { makeFilterable } from "./filtering.js";
import { showOrigins } from "./popover.js";
import { makeSortable } from "./sorting.js";

showOrigins(document);
makeFilterable(document);
makeSortable(document);
