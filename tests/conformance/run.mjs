// Differential test: random histories, real Yjs and crdt-oracle side by side.
//   node run.mjs --oracle build/bin/crdt-oracle [--seed N] [--cases N] [--size N] [--write FILE]
// Exits 0 only if every case is right at level 1 (content, state vector, pending) and 2 (Yjs reads what we encode), and
// level 3 (same bytes) differs only where README.md says so. Prints the seed and a table.
import { spawn } from 'node:child_process'
import fs from 'node:fs'
import readline from 'node:readline'
import * as Y from 'yjs'
import { history } from './histories.mjs'
import { bytesOf, observe, read } from './observe.mjs'

const option = (key, otherwise) => { const at = process.argv.indexOf('--' + key); return at < 0 ? otherwise : process.argv[at + 1] }
const seed = Number(option('seed', Math.floor(Math.random() * 1e9)))
const cases = Number(option('cases', 2500))
const size = Number(option('size', 50))
const oracle = spawn(option('oracle', 'build/bin/crdt-oracle'), [], { stdio: ['pipe', 'pipe', 'inherit'] })
const copy = option('write') && fs.createWriteStream(option('write'))
const report = console.log
console.log = () => {} // Yjs prints remarks

/** Fields whose bytes may differ as README.md says; what they stand for must read the same. */
const excused = {
  merge: (input, ours) => ours !== undefined && readsAs(bytesOf(ours), Y.mergeUpdates(input.updates.filter(u => typeof u === 'string').map(bytesOf))),
  checks: (input, ours) => {
    if (ours === undefined) return false
    const doc = new Y.Doc({ gc: input.gc, guid: 'receiver' })
    for (const entry of input.updates.slice(0, ours.after + 1)) typeof entry === 'string' ? Y.applyUpdate(doc, bytesOf(entry)) : Y.applyUpdateV2(doc, bytesOf(entry.v2))
    return readsAs(bytesOf(ours.v1), Y.encodeStateAsUpdate(doc))
  }
}
const readsAs = (ours, theirs) => JSON.stringify(readBack(ours, 'v1')) === JSON.stringify(readBack(theirs, 'v1'))

const readBack = (bytes, format) => {
  const doc = new Y.Doc({ gc: false, guid: 'reader' })
  format === 'v1' ? Y.applyUpdate(doc, bytes) : Y.applyUpdateV2(doc, bytes)
  return { ...read(doc), pending: doc.store.pendingStructs !== null, pendingDs: doc.store.pendingDs !== null }
}
const level2 = (input, encoded, format) => {
  if (encoded === input.final[format]) return true // the very bytes of Yjs
  return JSON.stringify(readBack(bytesOf(encoded), format)) === JSON.stringify(readBack(bytesOf(input.final[format]), format))
}

const waiting = []
const fields = {}
const byMode = {}
let failed = 0
let done = 0
const fail = (input, what) => { if (failed++ < 5) report(`FAILED ${input.id} (${input.profile}, ${input.mode}, gc ${input.gc}, typed ${input.typed}): ${what}`) }

const judge = (input, answer) => {
  done++
  const mode = (byMode[input.mode + (input.dropped ? ', one missing' : '')] ??= { cases: 0, level1: 0, level2: 0, level3: 0 })
  mode.cases++
  if (answer.level1) mode.level1++
  else fail(input, answer.why)
  const readable = level2(input, answer.level2, 'v1') && level2(input, answer.level2v2, 'v2')
  if (readable) mode.level2++
  else fail(input, 'Yjs reads what we encode differently')
  if (Object.values(answer.level3).every(Boolean)) mode.level3++
  for (const [field, equal] of Object.entries(answer.level3)) {
    const count = (fields[field] ??= { same: 0, excused: 0 })
    if (equal) count.same++
    else if (excused[field]?.(input, answer.differ?.[field])) count.excused++
    else fail(input, `bytes of ${field} differ`)
  }
}

readline.createInterface({ input: oracle.stdout }).on('line', line => judge(waiting.shift(), JSON.parse(line)))
const write = async text => { if (!oracle.stdin.write(text)) await new Promise(resolve => oracle.stdin.once('drain', resolve)) }

report(`seed ${seed}, ${cases} cases of ${size} steps`)
for (let index = 0; index < cases; index++) {
  const input = observe(history(seed, index, size))
  waiting.push(input)
  const line = JSON.stringify(input) + '\n'
  copy && copy.write(line)
  await write(line)
}
oracle.stdin.end()
await new Promise(resolve => oracle.on('close', resolve))

report('\n| delivery | cases | level 1 | level 2 | level 3 |\n|---|--:|--:|--:|--:|')
for (const [mode, n] of Object.entries(byMode).sort()) report(`| ${mode} | ${n.cases} | ${n.level1} | ${n.level2} | ${n.level3} |`)
report('\n| bytes of | same | excused |\n|---|--:|--:|')
for (const [field, n] of Object.entries(fields)) report(`| ${field} | ${n.same} | ${n.excused} |`)
if (done !== cases) { failed++; report(`the oracle answered ${done} of ${cases} cases`) }
report(failed === 0 ? `\n${done} histories agree with Yjs` : `\n${failed} failures; repeat with --seed ${seed}`)
process.exit(failed === 0 ? 0 : 1)
