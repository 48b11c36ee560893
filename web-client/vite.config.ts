import { fileURLToPath } from 'node:url';
import { svelte } from '@sveltejs/vite-plugin-svelte';
import type { ProxyOptions } from 'vite';
import { defineConfig } from 'vitest/config';

// `ATELIER=http://127.0.0.1:PORT npm run dev` proxies the live parts to a running atelierd.
const server = process.env.ATELIER ?? 'http://127.0.0.1:8080';

/** atelierd takes a live connection only from its own pages: the proxy speaks as one of them. */
const proxy: Record<string, ProxyOptions> = {
  '^/(api/|s/[a-z0-9]+/(ws|replay|outcome|meeting|events))': {
    target: server,
    ws: true,
    changeOrigin: true,
    configure: (made) => {
      made.on('proxyReq', (request) => request.setHeader('origin', server));
      made.on('proxyReqWs', (request) => request.setHeader('origin', server));
    },
  },
};

export default defineConfig({
  plugins: [svelte()],
  build: {
    target: 'es2022',
    assetsInlineLimit: 0, // a strict Content-Security-Policy allows no data: addresses
    modulePreload: { polyfill: false },
    sourcemap: false,
    manifest: 'manifest.json',
    rolldownOptions: {
      output: {
        codeSplitting: {
          groups: [
            { name: 'presence', test: /node_modules[\\/]y-protocols[\\/]/ }, // who only looks needs no carets
            { name: 'yjs', test: /node_modules[\\/](yjs|lib0)[\\/]/ },
          ],
        },
      },
    },
  },
  server: { proxy },
  preview: {
    proxy,
    headers: {
      'content-security-policy':
        "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' blob:; font-src 'self'; connect-src 'self'; " +
        "manifest-src 'self'; worker-src 'self'; base-uri 'none'; object-src 'none'; frame-ancestors 'none'; form-action 'self'; " +
        "require-trusted-types-for 'script'; trusted-types atelier svelte-trusted-html ProseMirrorClipboard",
    },
  },
  test: { environment: 'jsdom', testTimeout: 120_000, include: ['src/**/*.test.ts'] },
  resolve: {
    alias: {
      'lib0/logging': fileURLToPath(new URL('src/lean/logging.ts', import.meta.url)),
      'lib0/dom': fileURLToPath(new URL('src/lean/dom.ts', import.meta.url)),
    },
    ...(process.env.VITEST ? { conditions: ['browser'] } : {}),
  },
});
