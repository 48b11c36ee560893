// Random concurrent histories: people who edit replicas of one document, and how their updates reach the receiver.
import * as Y from 'yjs'
import { Random } from './random.mjs'
import { base64, name, roots } from './observe.mjs'

const words = ['a', 'ab', 'the ', 'vote ', '\n', 'Zürich', 'ß', '日本', '😀', '👩‍🔧', 'e\u0301', '\u0000', '<&>"', '𝒜𝓁', 'lorem ipsum dolor ']
const plainWords = words.filter(word => !/[\ud800-\udfff]/.test(word))
const keys = ['title', 'k', 'länge', '🔑', 'x'.repeat(40)]
const blocks = ['paragraph', 'heading', 'bullet_list', 'list_item', 'ordered_list']
const marks = [{ strong: {} }, { em: {} }, { strong: null }, { em: null }, { 'comment--9f': { id: 7 } }, { link: { href: 'https://example.org/?a=1' } }, { link: null }, { color: 'red', strong: true }, { color: null }]
const values = [0, -0, 1, -1, 63, -64, 64, 8191, 2147483647, -2147483648, 4294967296, 9007199254740991, 0.5, 1 / 3, -2.75, 1e21, 1e-7, true, false, null, undefined, '', 'text', '😀', [], {}, [1, [null, 'x']], { b: 1, a: { c: [true] } }, new Uint8Array(0), new Uint8Array([0, 255, 127]), 123n, -5n]

class Author {
  constructor (random, id, { gc, astral }) {
    this.random = random
    this.words = astral ? words : plainWords
    this.doc = new Y.Doc({ gc, guid: 'author' })
    this.doc.clientID = id
    name(this.doc)
    this.inbox = []
    this.cursor = null // a text that is being typed in, and where
    this.undo = random.chance(0.4) ? new Y.UndoManager(Object.keys(roots).map(key => this.doc.get(key)), { captureTimeout: 0, trackedOrigins: new Set(['own']) }) : null
  }

  word () { return this.random.pick(this.words) }
  value () { return this.random.pick(values) }
  element () { const value = this.value(); return typeof value === 'bigint' || value === undefined ? [value] : value }

  /** All types of a class that can be reached from a root. */
  within (root, test) {
    const found = []
    const visit = type => {
      if (test(type)) found.push(type)
      const inner = item => { if (!item.deleted && item.content instanceof Y.ContentType) visit(item.content.type) }
      for (let item = type._start; item !== null; item = item.right) inner(item)
      type._map.forEach(inner)
    }
    visit(this.doc.get(root))
    return found
  }

  act (kind) {
    if (this.undo && this.random.chance(0.12)) return this.random.chance(0.7) ? this.undo.undo() : this.undo.redo()
    const actions = this.random.chance(0.75) ? 1 : this.random.between(2, 5)
    this.doc.transact(() => { for (let i = 0; i < actions; i++) this[kind]() }, 'own')
  }

  typing () { this.editText(this.doc.get('text'), false) }
  formatted () { this.editText(this.doc.get('text'), true) }

  editText (text, rich) {
    const { random } = this
    const length = text.length
    if (this.cursor === null || this.cursor.text !== text || random.chance(0.2)) this.cursor = { text, at: random.below(length + 1) }
    const at = Math.min(this.cursor.at, length)
    random.weighted([
      [50, () => { const word = this.word(); text.insert(at, word, rich && random.chance(0.15) ? random.pick(marks) : undefined); this.cursor.at = at + word.length }],
      [22, () => { if (at > 0) { const n = Math.min(at, random.between(1, 4)); text.delete(at - n, n); this.cursor.at = at - n } }],
      [rich ? 18 : 0, () => { if (length > 0) { const from = random.below(length); text.format(from, random.between(1, length - from), random.pick(marks)) } }],
      [rich ? 4 : 0, () => text.insertEmbed(at, random.pick([{ image: 'p.png', w: 10 }, { rule: null }]), random.chance(0.3) ? { strong: {} } : undefined)],
      [rich ? 3 : 0, () => text.applyDelta([...(at > 0 ? [{ retain: at }] : []), { insert: this.word(), attributes: { em: {} } }])],
      [rich ? 3 : 0, () => random.chance(0.7) ? text.setAttribute('dir', random.pick(['ltr', 'rtl'])) : text.removeAttribute('dir')]
    ])()
  }

  /** Y.XmlText with marks inside elements, as y-prosemirror binds an editor. */
  prose () {
    const { random } = this
    const fragment = this.doc.get('xml')
    const texts = this.within('xml', type => type instanceof Y.XmlText)
    const elements = this.within('xml', type => type instanceof Y.XmlElement)
    random.weighted([
      [60, () => texts.length > 0 ? this.editText(random.pick(texts), true) : this.addBlock(fragment)],
      [10, () => this.addBlock(elements.length > 0 && random.chance(0.4) ? random.pick(elements) : fragment)],
      [8, () => this.splitBlock(fragment, texts)],
      [6, () => { if (elements.length > 0) { const e = random.pick(elements); random.chance(0.8) ? e.setAttribute(random.pick(['level', 'align']), this.element()) : e.removeAttribute('align') } }],
      [6, () => { if (fragment.length > 0) { const from = random.below(fragment.length); fragment.delete(from, Math.min(random.between(1, 2), fragment.length - from)) } }],
      [2, () => fragment.insert(random.below(fragment.length + 1), [new Y.XmlHook('hook' + random.below(3))])],
      [2, () => this.within('xml', type => type instanceof Y.XmlHook).forEach(hook => hook.set(random.pick(keys), this.word()))]
    ])()
  }

  addBlock (parent) {
    const block = new Y.XmlElement(this.random.pick(blocks))
    const text = new Y.XmlText()
    if (this.random.chance(0.8)) text.insert(0, this.word(), this.random.chance(0.2) ? { strong: {} } : undefined)
    block.insert(0, [text])
    parent.insert(this.random.below(parent.length + 1), [block])
  }

  splitBlock (fragment, texts) {
    const text = this.random.pick(texts.length > 0 ? texts : [null])
    if (text === null || text.length === 0 || text.parent?.parent !== fragment) return
    const at = this.random.below(text.length)
    const block = new Y.XmlElement('paragraph')
    fragment.insert(fragment.toArray().indexOf(text.parent) + 1, [block])
    const rest = new Y.XmlText()
    block.insert(0, [rest])
    rest.applyDelta(text.toDelta().length > 0 ? [{ insert: text.toString().replace(/<[^>]*>/g, '').slice(at) || '.' }] : [])
    text.delete(at, text.length - at)
  }

  nested (depth = 0) {
    const make = this.random.pick(depth < 2 ? ['map', 'array', 'text', 'doc'] : ['text'])
    if (make === 'doc') return new Y.Doc({ guid: 'sub' + this.random.below(1000), meta: this.random.chance(0.5) ? { name: this.word() } : null })
    if (make === 'text') return new Y.Text(this.random.chance(0.6) ? this.word() : undefined)
    if (make === 'map') { const map = new Y.Map(); if (this.random.chance(0.6)) map.set(this.random.pick(keys), this.random.chance(0.3) ? this.nested(depth + 1) : this.value()); return map }
    const array = new Y.Array(); if (this.random.chance(0.6)) array.push([this.element(), this.random.chance(0.3) ? this.nested(depth + 1) : this.element()]); return array
  }

  list () {
    const { random } = this
    const array = random.pick(this.within('array', type => type instanceof Y.Array))
    if (random.chance(0.65) || array.length === 0) {
      const content = Array.from({ length: random.between(1, 4) }, () => random.chance(0.15) ? this.nested() : this.element())
      return array.insert(random.chance(0.3) ? array.length : random.below(array.length + 1), content)
    }
    const from = random.below(array.length)
    array.delete(from, random.between(1, Math.min(6, array.length - from)))
  }

  dictionary () {
    const { random } = this
    const map = random.pick(this.within('map', type => type instanceof Y.Map))
    random.chance(0.8) ? map.set(random.pick(keys), random.chance(0.2) ? this.nested() : this.value()) : map.delete(random.pick(keys))
  }

  hear (most) {
    for (let n = this.random.between(0, most); n > 0 && this.inbox.length > 0; n--) {
      const at = this.random.chance(0.85) ? 0 : this.random.below(this.inbox.length)
      Y.applyUpdate(this.doc, this.inbox.splice(at, 1)[0], 'remote')
    }
  }
}

const kinds = ['typing', 'formatted', 'prose', 'prose', 'list', 'dictionary', 'mixed']

/** All updates in the order in which they were made, each in both formats. */
const live = (random, size, kind) => {
  const ids = new Set()
  while (ids.size < random.between(2, 5)) ids.add(random.chance(0.25) ? random.below(200) : random.u32())
  const astral = random.chance(0.6)
  const authors = [...ids].map(id => new Author(random, id, { gc: random.chance(0.75), astral }))
  const log = []
  for (const author of authors) {
    author.doc.on('update', (update, origin) => {
      if (origin === 'remote') return
      log.push({ v1: update })
      for (const other of authors) if (other !== author) other.inbox.push(update)
    })
    author.doc.on('updateV2', (update, origin) => { if (origin !== 'remote') log[log.length - 1].v2 = update })
  }
  for (let step = 0; step < size; step++) {
    const author = random.pick(authors)
    if (random.chance(0.3)) author.hear(6)
    else author.act(kind === 'mixed' ? random.pick(kinds.slice(0, -1)) : kind)
  }
  return { authors, log }
}

const orders = {
  ordered: (random, log) => log,
  late: (random, log) => { const list = [...log]; for (let i = list.length - 1; i > 0; i--) { const j = Math.max(0, i - random.below(4)); [list[i], list[j]] = [list[j], list[i]] } return list },
  shuffled: (random, log) => random.shuffle([...log]),
  gaps: (random, log) => { // updates merged with others between missing leave Skip structs
    const list = []
    for (let from = 0; from < log.length;) {
      const part = log.slice(from, from + random.between(2, 7)); from += part.length
      const halves = [part.filter((_, i) => i % 2 === 0), part.filter((_, i) => i % 2 === 1)].filter(half => half.length > 0)
      list.push(...random.shuffle(halves.map(half => ({ v1: Y.mergeUpdates(half.map(entry => entry.v1)) }))))
    }
    return list
  }
}

/** One case: what the receiver gets. `observe` adds what Yjs makes of it. */
export const history = (seed, index, size) => {
  const random = new Random((Math.imul(seed, 0x9e3779b1) ^ Math.imul(index + 1, 0x85ebca6b)) >>> 0)
  const profile = random.pick(kinds)
  const { authors, log } = live(random, size, profile)
  const mode = random.pick(Object.keys(orders))
  const delivered = []
  for (const entry of orders[mode](random, log)) {
    delivered.push(entry)
    if (random.chance(0.1)) delivered.push(random.pick(delivered))
  }
  if (random.chance(0.3)) { // somebody syncs by state
    const [from, to] = [random.pick(authors), random.pick(authors)]
    delivered.splice(random.below(delivered.length + 1), 0, { v1: Y.encodeStateAsUpdate(from.doc, Y.encodeStateVector(to.doc)) })
  }
  const dropped = random.chance(0.12) && delivered.length > 3
  if (dropped) delivered.splice(random.below(delivered.length), 1)
  if (delivered.length === 0) delivered.push({ v1: Y.encodeStateAsUpdate(authors[0].doc) })
  const updates = delivered.map(entry => entry.v2 !== undefined && random.chance(0.2) ? { v2: base64(entry.v2) } : base64(entry.v1))
  return { id: `${seed}/${index}`, profile, mode, gc: random.chance(0.6), typed: random.chance(0.5), dropped, updates }
}
