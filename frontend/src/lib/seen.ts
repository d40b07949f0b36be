// Saying up to where somebody has read, once what is new was in sight for a moment.

const MOMENT = 2_000;

function send(form: HTMLFormElement): void {
  void fetch(form.action, {
    body: new URLSearchParams(new FormData(form) as unknown as Record<string, string>),
    headers: { "X-Requested-With": "fetch" },
    keepalive: true,
    method: "POST",
    redirect: "manual",
  }).catch(() => {
    // The button is still there, and so is the next visit.
  });
}

/** Each form with `data-seen` is sent by itself when the part of the page it stands in has been in view. */
export function noteWhatIsSeen(): void {
  for (const form of document.querySelectorAll<HTMLFormElement>("form[data-seen]")) {
    const part = form.closest("section") ?? form.parentElement;
    if (!part) continue;
    let timer = 0;
    const watcher = new IntersectionObserver((entries) => {
      window.clearTimeout(timer);
      if (!entries.some((entry) => entry.isIntersecting)) return;
      timer = window.setTimeout(() => {
        watcher.disconnect();
        send(form);
      }, MOMENT);
    });
    watcher.observe(part);
  }
}
