// A page with [data-live] stays up to date while it is open.

import { announce } from "../lib/announce";
import { LivePage } from "../lib/live";

const root = document.querySelector<HTMLElement>("[data-live]");
if (root) new LivePage(root, announce).start();
