// Partial updates of a page, for the few pages that have them. Nothing is evaluated and no style is put in the page.

import htmx from "htmx.org";

htmx.config.allowEval = false;
htmx.config.allowScriptTags = false;
htmx.config.attributesToSettle = ["class"];
htmx.config.historyEnabled = false;
htmx.config.includeIndicatorStyles = false;
htmx.config.selfRequestsOnly = true;
