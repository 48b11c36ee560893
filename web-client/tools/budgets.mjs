// Fails when a face of the client needs more gzipped JavaScript than web.md allows.
// A face is charged with the shell; the editor with what comes on top of the participant's face, Yjs apart.
import { readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { gzipSync } from 'node:zlib';

const dist = join(dirname(fileURLToPath(import.meta.url)), '../dist');
const manifest = JSON.parse(readFileSync(join(dist, 'manifest.json'), 'utf8'));

/** Every JavaScript file that an entry loads at once (static imports), not what it may load later. */
function files(key, found = new Set()) {
  const chunk = manifest[key];
  if (!chunk) throw new Error(`budgets: no chunk for ${key} in manifest.json`);
  if (found.has(chunk.file)) return found;
  found.add(chunk.file);
  for (const next of chunk.imports ?? []) files(next, found);
  return found;
}
function gzipBytes(names) {
  let sum = 0;
  for (const name of names) sum += gzipSync(readFileSync(join(dist, name)), { level: 9 }).length;
  return sum;
}
function without(names, known) {
  return new Set([...names].filter((name) => !known.has(name)));
}

const shell = files('index.html');
const vote = new Set([...shell, ...files('src/participant/Participant.svelte')]);
const editor = without(files('src/editor/Editor.svelte'), vote);
const yjs = new Set([...editor].filter((name) => /\/(yjs|presence)-/.test(name)));
if (yjs.size !== 2) throw new Error('budgets: Yjs is a chunk that all share who show a text, its presence another');
const budgets = [
  ['shell, join and vote', vote, 60],
  ['editor', without(editor, yjs), 75],
  ['Yjs and its presence', yjs, 30],
  ['projector with a text', new Set([...shell, ...files('src/projector/Projector.svelte'), ...files('src/reading/LiveText.svelte')]), 80],
  ['facilitator', new Set([...shell, ...files('src/facilitator/Facilitator.svelte')]), 150],
];

let failed = false;
for (const [name, names, kilobytes] of budgets) {
  const bytes = gzipBytes(names);
  const over = bytes > kilobytes * 1000;
  failed ||= over;
  console.log(`${over ? 'OVER ' : 'ok   '} ${name.padEnd(22)} ${(bytes / 1000).toFixed(1).padStart(6)} kB gzip of ${kilobytes} kB`);
}
process.exit(failed ? 1 : 0);
