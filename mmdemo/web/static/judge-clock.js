// How long a product was in sight. Knows no product.

export class Clock {
  spent = 0; // ms
  since = performance.now();

  constructor() {
    document.addEventListener("visibilitychange", () => {
      if (document.hidden) this.spent += performance.now() - this.since;
      this.since = performance.now();
    });
  }

  start() {
    this.spent = 0;
    this.since = performance.now();
  }

  get seconds() {
    const now = document.hidden ? 0 : performance.now() - this.since;
    return Math.round((this.spent + now) / 100) / 10;
  }
}
