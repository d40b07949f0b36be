// Saving a draft: soon after the last key, when the page is left, and again when the connection is back.

const PAUSE = 1_500;
const FIRST_RETRY = 5_000;
const LAST_RETRY = 60_000;

const CLOCK = { hour: "2-digit", hourCycle: "h23", minute: "2-digit" } as const;

type State = "saving" | "saved" | "offline" | "refused";

export class DraftSaver {
  private readonly status: HTMLElement | null;
  private timer = 0;
  private retry = FIRST_RETRY;
  private saved: string;
  private busy = false;

  constructor(private readonly form: HTMLFormElement) {
    this.status = form.querySelector<HTMLElement>("[data-save-status]");
    this.saved = this.fingerprint();
  }

  start(): void {
    this.form.addEventListener("input", () => this.saveAfter(PAUSE));
    this.form.addEventListener("change", () => this.saveAfter(PAUSE));
    this.form.addEventListener("submit", () => window.clearTimeout(this.timer));
    window.addEventListener("online", () => void this.save());
    document.addEventListener("visibilitychange", () => {
      if (document.visibilityState === "hidden") void this.save({ keepalive: true });
    });
  }

  private saveAfter(pause: number): void {
    window.clearTimeout(this.timer);
    this.timer = window.setTimeout(() => void this.save(), pause);
  }

  /** Everything but pictures: those are sent with the form itself. */
  private values(): URLSearchParams {
    const values = new URLSearchParams();
    for (const [name, value] of new FormData(this.form)) {
      if (typeof value === "string") values.append(name, value);
    }
    return values;
  }

  private fingerprint(): string {
    return this.values().toString();
  }

  private async save({ keepalive = false } = {}): Promise<void> {
    window.clearTimeout(this.timer);
    const body = this.fingerprint();
    if (body === this.saved || this.form.dataset.sent !== undefined) return;
    if (this.busy) {
      this.saveAfter(PAUSE);
      return;
    }
    this.busy = true;
    try {
      const response = await fetch(this.form.dataset.autosave ?? this.form.action, {
        body: new URLSearchParams(body),
        headers: { Accept: "application/json", "X-Requested-With": "fetch" },
        keepalive,
        method: "POST",
        redirect: "manual",
      });
      this.settle(response.ok ? "saved" : "refused", body);
      // A fault of the server passes; a refusal waits for the person to change something.
      if (response.status >= 500) this.tryAgain();
      else if (response.ok) await this.adopt(response);
    } catch {
      this.settle("offline", body);
      this.tryAgain();
    } finally {
      this.busy = false;
    }
  }

  /** The first save may give the draft an address of its own; later saves and the form itself then go there. */
  private async adopt(response: Response): Promise<void> {
    if (!response.headers.get("Content-Type")?.includes("json")) return;
    const answer = (await response.json()) as { autosave?: string; action?: string };
    if (answer.autosave) this.form.dataset.autosave = answer.autosave;
    if (answer.action) this.form.action = answer.action;
  }

  private settle(state: State, body: string): void {
    if (state === "saved") {
      this.saved = body;
      this.retry = FIRST_RETRY;
    }
    this.show(state);
  }

  private tryAgain(): void {
    this.saveAfter(this.retry);
    this.retry = Math.min(this.retry * 2, LAST_RETRY);
  }

  private show(state: State): void {
    if (!this.status) return;
    const time = new Intl.DateTimeFormat(document.documentElement.lang, CLOCK).format(new Date());
    this.status.dataset.state = state;
    this.status.textContent = (this.status.dataset[state] ?? "").replace("{time}", time);
  }
}
