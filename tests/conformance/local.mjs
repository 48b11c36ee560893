// Local edits: crdt-oracle types, formats and deletes; real Yjs reads each update and must show what Yjs itself shows after
// the same edits (formatted Y.Text), or what a plain string shows (rich text edited by offsets of its plain text).
//   node local.mjs --oracle build/bin/crdt-oracle [--seed N] [--cases N] [--size N]
import { spawn } from 'node:child_process'
import readline from 'node:readline'
import * as Y from 'yjs'
import { Random } from './random.mjs'
import { bytesOf, canonical, name } from './observe.mjs'

const option = (key, otherwise) => { const at = process.argv.indexOf('--' + key); return at < 0 ? otherwise : process.argv[at + 1] }
const seed = Number(option('seed', Math.floor(Math.random() * 1e9)))
const cases = Number(option('cases', 1000))
const size = Number(option('size', 40))
const words = ['a', 'bc', 'the ', 'Zürich', '日本', '😀', 'e\u0301', '<&>"']
const marks = [{ strong: true }, { strong: null }, { em: {} }, { em: null }, { color: 'red', strong: true }, { color: null }, { link: { href: 'x' } }]

/** Would a cut here halve a surrogate pair? (Yjs then shows U+FFFD to the author alone, if nothing else changes.) */
const halves = (string, at) => at > 0 && at < string.length && /[\udc00-\udfff]/.test(string[at])

/** The delta with equal neighbours joined: whether Yjs drops a redundant marker hangs on the identity of objects. */
const deltaOf = text => {
  const joined = []
  for (const op of text.toDelta().map(canonical)) {
    const last = joined.at(-1)
    if (typeof op.insert === 'string' && typeof last?.insert === 'string' && JSON.stringify(last.attributes) === JSON.stringify(op.attributes)) last.insert += op.insert
    else joined.push(op)
  }
  return JSON.stringify(joined)
}

/** Random edits of a Y.Text, made by Yjs on the way. */
const formatted = random => {
  const doc = new Y.Doc({ guid: 'author' })
  const text = doc.getText('text')
  const edits = []
  const states = []
  for (let i = 0; i < size; i++) {
    const at = random.below(text.length + 1)
    const rest = text.length - at
    const string = text.toDelta().map(op => typeof op.insert === 'string' ? op.insert : ' ').join('')
    const whole = n => !halves(string, at + n)
    if (!whole(0)) continue
    random.weighted([
      [40, () => { const word = random.pick(words); edits.push(['insert', at, word]); text.insert(at, word) }],
      [20, () => { const word = random.pick(words); const with_ = structuredClone(random.pick(marks)); edits.push(['insert', at, word, with_]); text.insert(at, word, { ...with_ }) }],
      [5, () => { edits.push(['embed', at, { image: 'p' }]); text.insertEmbed(at, { image: 'p' }) }],
      [20, () => { if (rest > 0) { const n = random.between(1, rest); if (!whole(n)) return; const with_ = structuredClone(random.pick(marks)); edits.push(['format', at, n, with_]); text.format(at, n, { ...with_ }) } }],
      [20, () => { if (rest > 0) { const n = random.between(1, Math.min(rest, 6)); if (!whole(n)) return; edits.push(['erase', at, n]); text.delete(at, n) } }]
    ])()
    if (edits.length > states.length) states.push(deltaOf(text))
  }
  return { edits, states }
}

/** Random edits by offsets of the plain text of a rich text; what a string would be after them. Pairs are never cut. */
const rich = random => {
  let plain = ''
  const edits = []
  const states = []
  for (let i = 0; i < size; i++) {
    const at = random.below(plain.length + 1)
    if (halves(plain, at)) continue
    if (random.chance(0.6) || at === plain.length) {
      const word = random.pick(words)
      edits.push(['rich_insert', at, word])
      plain = plain.slice(0, at) + word + plain.slice(at)
    } else {
      const n = random.between(1, Math.min(5, plain.length - at))
      if (halves(plain, at + n)) continue
      edits.push(['rich_delete', at, n])
      plain = plain.slice(0, at) + plain.slice(at + n)
    }
    states.push(plain)
  }
  return { edits, states }
}

const shown = { formatted: doc => deltaOf(doc.getText('text')), rich: doc => doc.getXmlFragment('xml').toArray().map(block => block.toArray().map(text => text.toString()).join('')).join('\n') }
const oracle = spawn(option('oracle', 'build/bin/crdt-oracle'), [], { stdio: ['pipe', 'pipe', 'inherit'] })
const waiting = []
let failed = 0
let steps = 0
const judge = (input, answer) => {
  const doc = new Y.Doc({ guid: 'reader', gc: input.gc })
  name(doc)
  for (let i = 0; i < input.edits.length; i++) {
    steps++
    if (answer.updates[i]) Y.applyUpdate(doc, bytesOf(answer.updates[i]))
    if (answer.updates[i] !== null && shown[input.kind](doc) === input.states[i]) continue
    if (failed++ < 5) console.error(`FAILED ${input.id} (${input.kind}) at step ${i} ${JSON.stringify(input.edits.slice(0, i + 1))}: ${shown[input.kind](doc)} instead of ${input.states[i]}`)
    return
  }
  if (input.kind === 'rich' && answer.plain !== input.states.at(-1) && failed++ < 5) console.error(`FAILED ${input.id}: plain text ${answer.plain}`)
}
readline.createInterface({ input: oracle.stdout }).on('line', line => judge(waiting.shift(), JSON.parse(line)))
for (let index = 0; index < cases; index++) {
  const random = new Random((Math.imul(seed, 0x9e3779b1) ^ Math.imul(index + 1, 0x85ebca6b)) >>> 0)
  const kind = random.pick(['formatted', 'rich'])
  const input = { id: `${seed}/${index}`, kind, gc: random.chance(0.5), ...(kind === 'rich' ? rich : formatted)(random) }
  waiting.push(input)
  if (!oracle.stdin.write(JSON.stringify({ gc: input.gc, edits: input.edits }) + '\n')) await new Promise(resolve => oracle.stdin.once('drain', resolve))
}
oracle.stdin.end()
await new Promise(resolve => oracle.on('close', resolve))
if (waiting.length > 0) { failed++; console.error(`${waiting.length} cases without an answer`) }
console.log(`seed ${seed}: ${cases} cases, ${steps} local edits read by Yjs, ${failed} failures`)
process.exit(failed === 0 ? 0 : 1)
