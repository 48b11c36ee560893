/** A moment that moves by itself twice a second, for clocks and countdowns. Made in a component, it ends with it. */
export class Ticker {
  ms = $state(0);

  constructor(now: () => number) {
    this.ms = now();
    $effect(() => {
      const beat = setInterval(() => (this.ms = now()), 500);
      return () => clearInterval(beat);
    });
  }
}

/** "4:05", "1:02:30"; rounded up, so that 0:00 is the end. */
export function clockWords(ms: number): string {
  const seconds = Math.max(0, Math.ceil(ms / 1000));
  const two = (value: number) => String(value).padStart(2, '0');
  const hours = Math.floor(seconds / 3600);
  const minutes = Math.floor(seconds / 60) % 60;
  return hours > 0 ? `${hours}:${two(minutes)}:${two(seconds % 60)}` : `${minutes}:${two(seconds % 60)}`;
}
