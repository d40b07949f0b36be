// Shared by every page. Each part adds to what already works without it.

import { announce, announceReceipts } from "../lib/announce";
import { guardDoubleSubmits } from "../lib/submits";
import { offerSharing } from "../lib/share";

document.documentElement.dataset.js = "";
guardDoubleSubmits();
offerSharing(announce);
announceReceipts();

// After a form came back with mistakes, reading starts at the list of them.
document.querySelector<HTMLElement>("[data-focus-first]")?.focus();
