import { showOrigins } from "./popover.js";
import { makeSortable } from "./sorting.js";

showOrigins(document);
makeSortable(document);
