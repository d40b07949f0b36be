// Maps of a page. Nothing is asked of the makers of the map until a person opens one.

import { openMap } from "../lib/maps";

for (const details of document.querySelectorAll<HTMLDetailsElement>("details[data-map]")) {
  details.addEventListener("toggle", () => {
    if (details.open) void openMap(details);
  });
}
