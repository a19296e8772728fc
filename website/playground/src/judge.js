// Asks the worker, one thing at a time: what was asked last is what counts. A worker that takes too long is stopped.
const LOADING = 120_000; // milliseconds
const JUDGING = 10_000;
const IDLE = 600; // without a change, before answers are worked out, which takes longer

export class Judge {
  /** @param told a function of what happens: `{ name: "ready" | "judged" | "answers" | "stopped" | "failed", ... }` */
  constructor(told) {
    this.told = told;
    this.wanted = null;
    this.latest = null;
    this.start();
  }

  start() {
    this.ready = false;
    this.busy = true;
    this.worker = confined(new URL("worker.js", import.meta.url));
    this.worker.onmessage = ({ data }) => this.answered(data);
    this.worker.onerror = (event) => this.stop("failed", event.message || "it could not be loaded");
    this.limit(LOADING);
  }

  /** Judge a text; if another is being judged, after that. */
  judge(text) {
    this.wanted = this.latest = text;
    clearTimeout(this.idle);
    if (!this.worker) this.start();
    this.next();
  }

  next() {
    if (this.busy || this.wanted === null) return;
    const text = this.wanted;
    this.wanted = null;
    this.ask("judged", text);
  }

  ask(name, text) {
    this.busy = name === "judged";
    this.limit(JUDGING);
    this.worker.postMessage({ name, text });
  }

  /** What is worked out at leisure says now and then that it goes on (`working`), and makes way for a text. */
  answered(data) {
    const isLeisure = data.name === "answers" || data.name === "working";
    if (isLeisure && this.busy) return; // a text was sent meanwhile, whose time runs
    clearTimeout(this.timer);
    if (data.name === "working") return this.limit(JUDGING);
    this.busy = false;
    this.ready = true;
    if (data.name === "ready" || data.text === this.latest) {
      this.told(data);
    }
    if (data.name === "judged" && this.wanted === null && !data.error) {
      this.idle = setTimeout(() => this.busy || this.ask("answers", data.text), IDLE);
    }
    this.next();
  }

  limit(milliseconds) {
    clearTimeout(this.timer);
    this.timer = setTimeout(() => this.stop("stopped", `it took longer than ${milliseconds / 1000} seconds`), milliseconds);
  }

  /** End the worker. What is judged next starts another. */
  stop(name, why) {
    clearTimeout(this.timer);
    clearTimeout(this.idle);
    this.worker?.terminate();
    this.worker = null;
    this.told({ name, why, loading: !this.ready });
  }
}

/** A worker that is held to the policy of this page: one that is loaded by its own address is held to none. */
function confined(address) {
  const script = new Blob([`import ${JSON.stringify(address.href)};`], { type: "text/javascript" });
  const link = URL.createObjectURL(script);
  return new Worker(link, { type: "module" });
}
