import type { Locks } from '../outbox';

/** Web Locks of one browser, shared by the pages of a test: exclusive, released when the holder's promise settles. */
export class FakeLocks {
  private readonly held = new Map<string, () => void>();

  /** The view of one page; `crash` lets go of everything that it holds, as the browser does when a page ends. */
  page(): { locks: Locks; crash(): void } {
    const mine = new Map<string, () => void>();
    const request = (name: string, options: LockOptions, callback: LockGrantedCallback<unknown>) => {
      if (this.held.has(name)) {
        if (options.ifAvailable) return Promise.resolve(callback(null));
        return new Promise(() => {});
      }
      const free = () => {
        this.held.delete(name);
        mine.delete(name);
      };
      this.held.set(name, free);
      mine.set(name, free);
      return Promise.resolve(callback({ name, mode: 'exclusive' })).finally(free);
    };
    return { locks: { request } as unknown as Locks, crash: () => [...mine.values()].forEach((free) => free()) };
  }
}
