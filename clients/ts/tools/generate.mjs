// Makes src/gen from ../../proto with protoc and protoc-gen-es. Skips the work when nothing changed.
import { execFileSync } from 'node:child_process';
import { mkdirSync, readdirSync, rmSync, statSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';

const here = dirname(fileURLToPath(import.meta.url));
const root = join(here, '../../..');
const proto = join(root, 'proto');
const out = join(here, '../src/gen');
const plugin = join(root, 'node_modules/.bin/protoc-gen-es');

const sources = readdirSync(join(proto, 'atelier/v1'))
  .filter((name) => name.endsWith('.proto'))
  .map((name) => join('atelier/v1', name));

function newest(files) {
  return Math.max(...files.map((file) => statSync(file).mtimeMs));
}
function upToDate() {
  try {
    const made = sources.map((source) => join(out, source.replace(/\.proto$/, '_pb.ts')));
    const oldest = Math.min(...made.map((file) => statSync(file).mtimeMs));
    return oldest > newest([...sources.map((source) => join(proto, source)), fileURLToPath(import.meta.url)]);
  } catch {
    return false;
  }
}

if (!upToDate()) {
  rmSync(out, { recursive: true, force: true });
  mkdirSync(out, { recursive: true });
  execFileSync(
    'protoc',
    [`--plugin=protoc-gen-es=${plugin}`, `--es_out=${out}`, '--es_opt=target=ts', `-I${proto}`, ...sources],
    { stdio: 'inherit' },
  );
}
