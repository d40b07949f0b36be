// A form[data-autosave] saves itself while a person types. It never moves the focus and never touches what was typed.

import { DraftSaver } from "../lib/drafts";

for (const form of document.querySelectorAll<HTMLFormElement>("form[data-autosave]")) {
  new DraftSaver(form).start();
}
