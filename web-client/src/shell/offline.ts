interface TrustedTypes {
  createPolicy(name: string, rules: { createScriptURL: (url: string) => string }): { createScriptURL(url: string): unknown };
}

/**
 * Lets the page be reloaded while the server cannot be reached. Only where the page is a secure context (https or localhost);
 * elsewhere everything else works, and what waits is delivered at the next load that succeeds.
 */
export async function keepShell(): Promise<void> {
  if (!isSecureContext || !('serviceWorker' in navigator) || import.meta.env.DEV) return;
  try {
    const trusted = (globalThis as { trustedTypes?: TrustedTypes }).trustedTypes;
    const policy = trusted?.createPolicy('atelier', { createScriptURL: (url) => url });
    const script = policy ? policy.createScriptURL('/sw.js') : '/sw.js';
    await navigator.serviceWorker.register(script as string, { scope: '/' });
    const { active } = await navigator.serviceWorker.ready;
    active?.postMessage({ keep: loadedAssets() });
    // Chunks that are loaded later go through the worker themselves; the first ones may have been too early.
    setTimeout(() => active?.postMessage({ keep: loadedAssets() }), 5_000);
  } catch {
    // Without a worker a reload needs the server; nothing else does.
  }
}

function loadedAssets(): string[] {
  return performance
    .getEntriesByType('resource')
    .map((entry) => new URL(entry.name))
    .filter((url) => url.origin === location.origin && url.pathname.startsWith('/assets/'))
    .map((url) => url.pathname);
}
