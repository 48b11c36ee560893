import { vi } from 'vitest';

/** Waits for what must become true. The bound only ends a test that has failed: a busy machine may need long. */
export function eventually<T>(check: () => T | Promise<T>): Promise<T> {
  return vi.waitFor(check, { timeout: 30_000, interval: 10 });
}
