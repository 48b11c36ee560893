// What real Yjs shows after it was fed a case: the expected half of the format that crdt-oracle reads.
import * as Y from 'yjs'

export const base64 = bytes => Buffer.from(bytes).toString('base64')
export const bytesOf = text => new Uint8Array(Buffer.from(text, 'base64'))
export const fnv = bytes => {
  let hash = 0xcbf29ce484222325n
  for (const byte of bytes) hash = BigInt.asUintN(64, (hash ^ BigInt(byte)) * 0x100000001b3n)
  return hash.toString(16).padStart(16, '0')
}

export const roots = { text: Y.Text, array: Y.Array, map: Y.Map, xml: Y.XmlFragment }
export const name = doc => { for (const key of Object.keys(roots)) doc.get(key, roots[key]) }

const sorted = entries => Object.fromEntries([...entries].sort(([a], [b]) => (a < b ? -1 : 1)).map(([k, v]) => [k, canonical(v)]))

/** JSON that also carries what JSON cannot, with keys in order. */
export const canonical = value => {
  if (value === undefined) return { $undefined: 1 }
  if (typeof value === 'bigint') return { $bigint: String(value) }
  if (value === null || typeof value !== 'object') return value
  if (value instanceof Uint8Array) return { $bytes: base64(value) }
  if (value instanceof Y.Doc) return { $doc: value.guid }
  if (value instanceof Y.Text) return { $text: value.toDelta().map(canonical), $attrs: canonical(value.getAttributes()) }
  if (value instanceof Y.XmlElement) return { $el: value.nodeName, $attrs: canonical(value.getAttributes()), $children: value.toArray().map(canonical) }
  if (value instanceof Y.XmlHook) return { $hook: value.hookName, $map: { $map: sorted(value.entries()) } }
  if (value instanceof Y.XmlFragment) return { $children: value.toArray().map(canonical) }
  if (value instanceof Y.Array) return { $array: value.toArray().map(canonical) }
  if (value instanceof Y.Map) return { $map: sorted(value.entries()) }
  if (Array.isArray(value)) return value.map(canonical)
  return sorted(Object.entries(value))
}

export const read = doc => {
  name(doc)
  const canon = {}
  for (const key of Object.keys(roots)) canon[key] = canonical(doc.get(key))
  return { canon, textString: doc.get('text').toString(), xmlString: doc.get('xml').toString() }
}

const pendingOf = doc => ({ pending: doc.store.pendingStructs !== null, pendingDs: doc.store.pendingDs !== null })

const positions = (doc) => {
  const text = doc.get('text')
  const spots = [0, text.length >> 1, text.length].flatMap(index => [[index, 0], [index, -1]])
  return spots.map(([index, assoc]) => {
    const relative = Y.createRelativePositionFromTypeIndex(text, index, assoc)
    const absolute = Y.createAbsolutePositionFromRelativePosition(relative, doc)
    return { index, assoc, rel: base64(Y.encodeRelativePosition(relative)), abs: absolute && absolute.index }
  })
}

const merged = updates => {
  if (updates.length < 2) return undefined
  const bytes = Y.mergeUpdates(updates)
  return { n: updates.length, len: bytes.length, fnv: fnv(bytes), sv: base64(Y.encodeStateVectorFromUpdate(bytes)) }
}

/** Feeds the case's updates to a fresh document and adds everything that can be seen of it. */
export const observe = input => {
  const doc = new Y.Doc({ gc: input.gc, guid: 'receiver' })
  doc.clientID = 4294967295
  if (input.typed) name(doc)
  let events = []
  doc.on('update', update => events.push(fnv(update)))
  const emit = []
  const checks = []
  const middle = input.updates.length >> 1
  let mid = null
  let midVector = null
  input.updates.forEach((entry, after) => {
    events = []
    typeof entry === 'string' ? Y.applyUpdate(doc, bytesOf(entry)) : Y.applyUpdateV2(doc, bytesOf(entry.v2))
    emit.push(events)
    if (after % 5 === 2 || after === middle) checks.push({ after, sv: base64(Y.encodeStateVector(doc)), v1: fnv(Y.encodeStateAsUpdate(doc)), ...pendingOf(doc) })
    if (after !== middle) return
    const snapshot = Y.snapshot(doc)
    mid = { after, v1: base64(Y.encodeSnapshot(snapshot)), v2: base64(Y.encodeSnapshotV2(snapshot)) }
    midVector = Y.encodeStateVector(doc)
  })
  const v1 = Y.encodeStateAsUpdate(doc)
  const final = { sv: base64(Y.encodeStateVector(doc)), v1: base64(v1), v2: base64(Y.encodeStateAsUpdateV2(doc)), ...pendingOf(doc) }
  const diffFromMid = { sv: base64(midVector), doc: base64(Y.encodeStateAsUpdate(doc, midVector)), diffUpdate: base64(Y.diffUpdate(v1, midVector)) }
  Object.assign(final, read(doc))
  // Yjs may keep waiting what a fresh document takes at once: then a reload has more than the document itself.
  final.reload = ['v1', 'v2'].map(format => {
    const again = new Y.Doc({ gc: input.gc, guid: 'reload' })
    format === 'v1' ? Y.applyUpdate(again, bytesOf(final.v1)) : Y.applyUpdateV2(again, bytesOf(final.v2))
    return { sv: base64(Y.encodeStateVector(again)), ...pendingOf(again) }
  })
  const rel = positions(doc)
  if (!input.gc) {
    const snapshot = Y.decodeSnapshot(bytesOf(mid.v1))
    const past = Y.createDocFromSnapshot(doc, snapshot, new Y.Doc({ gc: false, guid: 'past' }))
    mid = { ...mid, ...read(past), delta: doc.get('text').toDelta(snapshot).map(canonical) }
  }
  const plain = input.updates.filter(entry => typeof entry === 'string').map(bytesOf)
  return { ...input, emit, checks, final, diffFromMid, merge: merged(plain), rel, mid }
}
