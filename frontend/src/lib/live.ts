// A page stays up to date while it is open. The server says what changed, at most twice a second, as pieces of the
// page. What is new waits behind a button, so that nothing moves under somebody who reads, and the focus stays.

interface Part {
  html: string;
  into: string;
  below: string;
  gone: string;
  say: string;
}

interface Held {
  fresh: Element;
  into: string;
  below: Element | null;
}

interface Update {
  from: string;
  to: string;
  parts: Part[];
  reload: boolean;
}

// Nobody is spoken to more often than this.
const PAUSE_OF_SPEECH = 10_000;
const FIRST_RETRY = 2_000;
const LAST_RETRY = 60_000;
// The page is not there (any more), or we are not understood: asking again would not help.
const FINAL = new Set([1009, 4400, 4404]);
// There are too many open pages already.
const FULL = new Set([4429, 4503]);

export class LivePage {
  private readonly show: HTMLButtonElement | null;
  private readonly anew: HTMLElement | null;
  private version: string;
  private socket: WebSocket | null = null;
  private retry = FIRST_RETRY;
  private timer = 0;
  // Elements that are new, with the list they go in; those that wait until somebody is done in their place; and
  // those that stand elsewhere now, until nobody is in them.
  private readonly held = new Map<string, Held>();
  private readonly waiting = new Map<string, { fresh: Element; into: string }>();
  private readonly leaving = new Set<string>();
  private readonly sentences = new Map<string, string>();
  private spokeAt = 0;
  private speech = 0;

  constructor(
    private readonly root: HTMLElement,
    private readonly announce: (sentence: string) => void,
  ) {
    this.version = root.dataset.liveVersion ?? "";
    this.show = root.querySelector<HTMLButtonElement>("[data-live-show]");
    this.anew = root.querySelector<HTMLElement>("[data-live-anew]");
  }

  start(): void {
    this.connect();
    this.show?.addEventListener("click", () => this.showHeld());
    document.addEventListener("focusout", () => window.setTimeout(() => this.replaceWaiting()));
    // A page that is kept for the back button has no line; when somebody comes back to it, it asks what it missed.
    window.addEventListener("pagehide", () => this.stop());
    window.addEventListener("pageshow", (event) => {
      if (event.persisted) this.connect();
    });
  }

  private connect(): void {
    const address = new URL(this.root.dataset.live ?? "", location.href);
    address.protocol = address.protocol.replace("http", "ws");
    address.searchParams.set("taal", document.documentElement.lang);
    const socket = new WebSocket(address);
    this.socket = socket;
    socket.addEventListener("open", () => this.ask());
    socket.addEventListener("message", (event: MessageEvent<string>) => {
      this.retry = FIRST_RETRY;
      this.take(JSON.parse(event.data) as Update);
    });
    socket.addEventListener("close", (event) => {
      if (this.socket === socket && !FINAL.has(event.code)) this.connectLater(FULL.has(event.code));
    });
  }

  private ask(): void {
    this.socket?.send(JSON.stringify({ since: this.version }));
  }

  /** Not all at the same moment: everybody loses the line at once when the server starts again. */
  private connectLater(isFull: boolean): void {
    const wait = isFull ? LAST_RETRY : this.retry;
    this.retry = Math.min(this.retry * 2, LAST_RETRY);
    this.timer = window.setTimeout(() => this.connect(), wait / 2 + Math.random() * wait);
  }

  private stop(): void {
    window.clearTimeout(this.timer);
    const socket = this.socket;
    this.socket = null;
    socket?.close();
  }

  private take(update: Update): void {
    if (update.from !== this.version) {
      this.ask();
      return;
    }
    this.version = update.to;
    if (update.reload) {
      this.offerAnew();
      return;
    }
    for (const part of update.parts) {
      if (part.gone) this.takeAway(part.gone);
      const fresh = elementOf(part.html);
      if (!fresh) continue;
      this.place(fresh, part);
      if (part.say) this.sentences.set(fresh.id, part.say);
    }
    this.replaceWaiting();
    this.countHeld();
    this.speak();
  }

  /** So much changed that the page itself has to be made again. When is up to who reads it. */
  private offerAnew(): void {
    this.stop();
    if (!this.anew) return;
    this.anew.hidden = false;
    this.announce(this.anew.textContent.trim());
  }

  private place(fresh: Element, { into, below }: Part): void {
    const held = this.held.get(fresh.id);
    this.leaving.delete(fresh.id);
    if (document.getElementById(fresh.id)) this.waiting.set(fresh.id, { fresh, into });
    // Nobody has seen it yet: it is shown as it is by then.
    else if (held) this.held.set(fresh.id, { ...held, fresh, into: into || held.into });
    // A list that is not on this page is on another one, unless it comes with something that is held itself.
    else if (into && this.hasList(into)) this.held.set(fresh.id, { fresh, into, below: elementOf(below) });
  }

  private hasList(id: string): boolean {
    return document.getElementById(id) !== null || [...this.held.values()].some(({ below }) => below?.id === id);
  }

  /** It stands on another page now, with all below it. */
  private takeAway(id: string): void {
    this.waiting.delete(id);
    const below = this.held.get(id)?.below?.id;
    this.held.delete(id);
    for (const [other, { into }] of this.held) if (into === below) this.held.delete(other);
    if (document.getElementById(id)) this.leaving.add(id);
  }

  private replaceWaiting(): void {
    for (const id of this.leaving) {
      const item = itemOf(document.getElementById(id));
      if (item && isInUse(item)) continue;
      this.leaving.delete(id);
      item?.remove();
    }
    for (const [id, { fresh, into }] of this.waiting) {
      const known = document.getElementById(id);
      if (known && isInUse(hasMoved(known, fresh) ? itemOf(known) ?? known : known)) continue;
      this.waiting.delete(id);
      if (known) move(known, fresh, into);
      if (known) replace(known, fresh);
    }
  }

  private countHeld(): void {
    if (!this.show) return;
    if (this.held.size === 0) {
      // What was new is gone again.
      this.show.hidden = true;
      this.sentences.delete("held");
      return;
    }
    const { one, many } = this.show.dataset;
    const label = (this.held.size === 1 ? one : many)?.replace("{n}", String(this.held.size)) ?? "";
    if (label === this.show.textContent) return;
    this.show.textContent = label;
    this.show.hidden = false;
    this.sentences.set("held", label);
  }

  /** Somebody asked for it, so the focus may go to where the new things are. */
  private showHeld(): void {
    const [first] = this.held.values();
    for (const { fresh, into, below } of this.held.values()) append(document.getElementById(into), fresh, below);
    this.held.clear();
    this.sentences.delete("held");
    if (first?.fresh instanceof HTMLElement) {
      first.fresh.tabIndex = -1;
      first.fresh.focus();
    }
    if (this.show) {
      this.show.hidden = true;
      this.show.textContent = "";
    }
  }

  /** One sentence for all that happened since the last. */
  private speak(): void {
    if (this.speech || this.sentences.size === 0) return;
    const wait = Math.max(0, this.spokeAt + PAUSE_OF_SPEECH - Date.now());
    this.speech = window.setTimeout(() => {
      this.speech = 0;
      this.spokeAt = Date.now();
      const said = [...this.sentences.values()].join(" ");
      this.sentences.clear();
      if (said) this.announce(said);
    }, wait);
  }
}

function elementOf(html: string): Element | null {
  const template = document.createElement("template");
  template.innerHTML = html;
  const element = template.content.firstElementChild;
  return element?.id ? element : null;
}

/** At the end, where it moves nothing that was read. A list that was empty was not shown. */
function append(list: HTMLElement | null, fresh: Element, below: Element | null = null): void {
  if (!list) return;
  let item = fresh;
  if (list instanceof HTMLOListElement || list instanceof HTMLUListElement) {
    item = document.createElement("li");
    item.append(fresh);
    if (below) item.append(below);
  }
  list.append(item);
  const unseen = list.closest<HTMLElement>("[hidden]");
  if (unseen) unseen.hidden = false;
}

/** With all below it, when it stands in a list. */
function itemOf(element: Element | null): Element | null {
  return element?.closest("li") ?? element;
}

function hasMoved(known: Element, fresh: Element): boolean {
  return placeOf(known) !== placeOf(fresh);
}

function placeOf(element: Element): string {
  return (element as HTMLElement).dataset.livePlace ?? "";
}

/** To the end of the list where it stands now. When that is not on this page, it goes from this one. */
function move(known: Element, fresh: Element, into: string): void {
  const item = itemOf(known);
  if (!item || !into || !hasMoved(known, fresh)) return;
  (known as HTMLElement).dataset.livePlace = placeOf(fresh);
  const list = document.getElementById(into);
  if (!list) item.remove();
  else if (!list.contains(item)) {
    list.append(item);
    const unseen = list.closest<HTMLElement>("[hidden]");
    if (unseen) unseen.hidden = false;
  }
}

/** Somebody is in it, or has begun to fill something in. */
function isInUse(element: Element): boolean {
  if (element.contains(document.activeElement)) return true;
  const fields = element.querySelectorAll<HTMLInputElement | HTMLTextAreaElement>("textarea, input");
  return [...fields].some((field) => field.value !== field.defaultValue);
}

/** Only its public pieces when it has the same ones: what is for this person alone stays, such as a button. */
function replace(known: Element, fresh: Element): void {
  const pieces = piecesOf(known);
  const others = piecesOf(fresh);
  if (pieces.size === 0 || pieces.size !== others.size || [...pieces.keys()].some((id) => !others.has(id))) {
    known.replaceWith(fresh);
    return;
  }
  for (const [id, piece] of pieces) {
    const other = others.get(id);
    if (other && !other.isEqualNode(piece)) piece.replaceWith(other);
  }
}

function piecesOf(element: Element): Map<string, Element> {
  return new Map([...element.querySelectorAll("[data-live-piece]")].map((piece) => [piece.id, piece]));
}
