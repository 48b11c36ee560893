import { fileURLToPath } from 'node:url';
import { svelte } from '@sveltejs/vite-plugin-svelte';
import { defineConfig } from 'vitest/config';

// `ATELIER=http://127.0.0.1:PORT npm run dev` proxies the live parts to a running atelierd.
const server = process.env.ATELIER ?? 'http://127.0.0.1:8080';

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
          groups: [{ name: 'yjs', test: /node_modules[\\/](yjs|lib0|y-protocols)[\\/]/ }],
        },
      },
    },
  },
  server: {
    proxy: {
      '/api': { target: server, changeOrigin: true },
      '^/s/[a-z0-9]+/(ws|replay|outcome)': { target: server, ws: true, changeOrigin: true },
    },
  },
  test: { environment: 'jsdom', include: ['src/**/*.test.ts'] },
  resolve: {
    alias: {
      'lib0/logging': fileURLToPath(new URL('src/lean/logging.ts', import.meta.url)),
      'lib0/dom': fileURLToPath(new URL('src/lean/dom.ts', import.meta.url)),
    },
    ...(process.env.VITEST ? { conditions: ['browser'] } : {}),
  },
});
