// Keep grades until the server has committed them. Knows no card and no query.
//
// One key of localStorage per event, written before it is sent and removed only after the
// acknowledgement. The key holds where it goes to, the judge, so one judge's events never go out
// under another's name, and then the time, so the oldest goes first.

const SEND_TIMEOUT = 15_000; // ms; longer than the server waits for its database
const FIRST_DELAY = 1_000; // ms, doubled from failure to failure
const LONGEST_DELAY = 30_000;
const RETRIED = new Set([408, 429]); // the server asks to come again

export function newEventId() {
  if (crypto.randomUUID) return crypto.randomUUID(); // only where the page came by https or loopback
  const bytes = crypto.getRandomValues(new Uint8Array(16));
  bytes[6] = (bytes[6] & 0x0f) | 0x40;
  bytes[8] = (bytes[8] & 0x3f) | 0x80;
  const hex = Array.from(bytes, (byte) => byte.toString(16).padStart(2, "0")).join("");
  return hex.replace(/^(.{8})(.{4})(.{4})(.{4})(.{12})$/, "$1-$2-$3-$4-$5");
}

// Events: "change" when entries come, go or change; "saved" with {event, answer} in `detail`;
// "elsewhere" when another tab took entries away, which it does once they are saved or discarded.
export class Outbox extends EventTarget {
  // `shelf` keeps events of different kinds apart in one browser.
  constructor({ judge, url, shelf = "outbox" }) {
    super();
    this.judge = judge;
    this.url = url;
    this.shelf = `mmdemo:${shelf}:${new URL(url).pathname}:`; // another server may have another path here
    this.prefix = `${this.shelf}${encodeURIComponent(judge)}:`;
    this.unstored = new Map(); // what localStorage refused: kept in this page only
    this.failures = 0;
    this.latest = 0;
    addEventListener("online", () => this.resume());
    addEventListener("pageshow", () => this.resume());
    document.addEventListener("visibilitychange", () => document.hidden || this.resume());
    addEventListener("storage", (change) => this.#changedElsewhere(change));
    addEventListener("beforeunload", (leaving) => {
      if (this.unstored.size) leaving.preventDefault();
    });
  }

  // Oldest first: {key, event, state: "pending" | "failed", reason}.
  entries() {
    if (this.cache) return this.cache;
    const entries = [];
    for (const key of storedKeys()) {
      if (!key.startsWith(this.prefix)) continue;
      const entry = read(key);
      if (entry?.event?.judge === this.judge) entries.push({ key, ...entry });
    }
    for (const [key, entry] of this.unstored) entries.push({ key, ...entry });
    this.cache = entries.sort((a, b) => (a.key < b.key ? -1 : 1));
    return this.cache;
  }

  // How many events of other judges wait in this browser for them to sign in again.
  othersWaiting() {
    const others = (key) => key.startsWith(this.shelf) && !key.startsWith(this.prefix);
    return storedKeys().filter(others).length;
  }

  add(event) {
    this.latest = Math.max(Date.now(), this.latest + 1); // rises even if the clock is set back
    const last = this.entries().at(-1)?.key.slice(this.prefix.length).split(":")[0];
    if (last) this.latest = Math.max(this.latest, Number(last) + 1);
    const key = `${this.prefix}${String(this.latest).padStart(15, "0")}:${event.client_event_id}`;
    this.#write(key, { event, state: "pending", reason: "" });
    this.drain();
  }

  retry(eventId) {
    const entry = this.#find(eventId);
    if (!entry) return;
    this.#write(entry.key, { event: entry.event, state: "pending", reason: "" });
    this.drain();
  }

  discard(eventId) {
    const entry = this.#find(eventId);
    if (entry) this.#remove(entry.key);
  }

  resume() {
    this.failures = 0;
    this.drain();
  }

  async drain() {
    this.wanted = true;
    if (this.draining) return;
    this.draining = true;
    clearTimeout(this.timer);
    try {
      while (this.wanted) {
        this.wanted = false;
        await this.#alone(() => this.#sendAll());
      }
    } finally {
      this.draining = false;
    }
    if (this.entries().some((entry) => entry.state === "pending")) this.#comeAgain();
  }

  // Two tabs need not send the same events. Where there is no lock the server sorts it out.
  #alone(work) {
    return navigator.locks ? navigator.locks.request(this.prefix, work) : work();
  }

  async #sendAll() {
    this.cache = null; // another tab may have sent some while this one waited
    for (const { key, event, state } of this.entries()) {
      if (state !== "pending") continue;
      const outcome = await this.#send(event);
      if (outcome.state === "saved") {
        this.failures = 0;
        this.#remove(key);
        this.dispatchEvent(new CustomEvent("saved", { detail: { event, answer: outcome.answer } }));
        continue;
      }
      // What another tab took away meanwhile must not come back.
      if (this.#holds(key)) this.#write(key, { event, state: outcome.state, reason: outcome.reason });
      if (outcome.state === "pending") this.failures += 1;
      if (outcome.unreachable) return; // the others would not get through either
    }
  }

  async #send(event) {
    let response;
    try {
      response = await fetch(this.url, {
        method: "POST",
        headers: { "Content-Type": "application/json" },
        body: JSON.stringify(event),
        keepalive: true, // goes on when the page is left
        signal: AbortSignal.timeout(SEND_TIMEOUT),
      });
    } catch {
      return { state: "pending", reason: "the server cannot be reached", unreachable: true };
    }
    const answer = await response.json().catch(() => null);
    if (response.ok) {
      // A proxy's sign-in page is "ok" too: only our own answer is an acknowledgement.
      if (answer?.client_event_id === event.client_event_id) return { state: "saved", answer };
      return { state: "pending", reason: "something else answered in the server's place" };
    }
    const reason = answer?.error?.message ?? `the server answered ${response.status}`;
    if (response.status === 401) dispatchEvent(new Event("mm-signed-out"));
    if (response.status === 401 || answer?.error?.code === "other_judge") {
      return { state: "pending", reason }; // waits until its judge is signed in again
    }
    const final = response.status < 500 && !RETRIED.has(response.status);
    return { state: final ? "failed" : "pending", reason };
  }

  #comeAgain() {
    const delay = Math.min(LONGEST_DELAY, FIRST_DELAY * 2 ** Math.max(0, this.failures - 1));
    clearTimeout(this.timer);
    this.timer = setTimeout(() => this.drain(), delay * (0.8 + 0.4 * Math.random()));
  }

  #find(eventId) {
    return this.entries().find((entry) => entry.event.client_event_id === eventId);
  }

  #holds(key) {
    return this.unstored.has(key) || storedKeys().includes(key);
  }

  #write(key, entry) {
    try {
      localStorage.setItem(key, JSON.stringify(entry));
      this.unstored.delete(key);
    } catch {
      this.unstored.set(key, entry); // full, or forbidden
    }
    this.#changed();
  }

  #remove(key) {
    this.unstored.delete(key);
    try {
      localStorage.removeItem(key);
    } catch {
      // forbidden: nothing was stored either
    }
    this.#changed();
  }

  #changed() {
    this.cache = null;
    this.dispatchEvent(new Event("change"));
  }

  #changedElsewhere({ key, newValue }) {
    if (key !== null && !key.startsWith(this.shelf)) return;
    this.#changed();
    if (newValue === null) this.dispatchEvent(new Event("elsewhere"));
  }
}

function storedKeys() {
  try {
    return Object.keys(localStorage);
  } catch {
    return [];
  }
}

function read(key) {
  try {
    return JSON.parse(localStorage.getItem(key));
  } catch {
    return null; // not ours to delete
  }
}
