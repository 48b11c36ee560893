/**
 * Protocol Buffers (proto3) for the messages of atelier.v1, driven by gen/table.ts. Messages look exactly as protobuf-es makes
 * them, so its types hold; only its runtime is not loaded (26 kB gzip). Knows what our .proto files use and no more: no
 * groups, floats, extensions or unknown fields kept. 64-bit integers are bigint.
 */
import type { DescMessage, Message, MessageInitShape, MessageShape } from '@bufbuild/protobuf';
import type { GenMessage } from '@bufbuild/protobuf/codegenv2';
import { packageName, table } from './gen/table';

export type { MessageInitShape };

interface Field {
  readonly name: string;
  readonly number: number;
  /** s string, y bytes, b bool, e enum, u i z 32-bit, U I Z F 64-bit, m message. */
  readonly type: string;
  readonly message: string;
  readonly repeated: boolean;
  /** The type of a map's key. */
  readonly key: string | undefined;
  readonly oneof: string | undefined;
}
interface Layout {
  readonly typeName: string;
  readonly fields: readonly Field[];
  readonly byNumber: ReadonlyMap<number, Field>;
}
type Fields = Record<string, unknown>;
interface OneOf {
  case: string | undefined;
  value?: unknown;
}

const depthMax = 32;
let schemas: Map<string, Layout> | undefined;

function schemaOf(name: string): Layout {
  schemas ??= parse(table);
  const schema = schemas.get(name);
  if (!schema) throw new Error(`codec: no message ${name}`);
  return schema;
}

function parse(lines: string): Map<string, Layout> {
  const found = new Map<string, Layout>();
  let fields: Field[] = [];
  let byNumber = new Map<number, Field>();
  for (const line of lines.split('\n')) {
    if (!line) continue;
    if (!line.startsWith(' ')) {
      fields = [];
      byNumber = new Map();
      found.set(line, { typeName: `${packageName}.${line}`, fields, byNumber });
      continue;
    }
    const [name = '', number = '', kind = '', oneof] = line.trim().split(' ');
    const [, star, key, type = '', message = ''] = /^(\*)?(?:\{(.)\})?(.)(.*)$/.exec(kind) ?? [];
    const field = { name, number: Number(number), type, message, repeated: star === '*', key, oneof };
    fields.push(field);
    byNumber.set(field.number, field);
  }
  return found;
}

/** The generated schemas are these: a name, looked up when it is used first. */
export function message<T extends Message>(name: string): GenMessage<T> {
  return { name } as unknown as GenMessage<T>;
}
function of(schema: DescMessage): Layout {
  return schemaOf((schema as unknown as { name: string }).name);
}

/** A message with what `init` says; nested messages may be given as plain objects. */
export function create<S extends DescMessage>(schema: S, init?: MessageInitShape<S>): MessageShape<S> {
  return make(of(schema), (init ?? {}) as Fields) as unknown as MessageShape<S>;
}
export function toBinary<S extends DescMessage>(schema: S, value: MessageShape<S>): Uint8Array<ArrayBuffer> {
  const writer = new Writer();
  writeMessage(writer, of(schema), value as unknown as Fields);
  return writer.finish();
}
/** Throws a RangeError for bytes that are no such message. */
export function fromBinary<S extends DescMessage>(schema: S, bytes: Uint8Array): MessageShape<S> {
  return readMessage(new Reader(bytes), bytes.length, of(schema), 0) as unknown as MessageShape<S>;
}

// Messages as objects.

function zero(field: Field): unknown {
  if (field.repeated) return [];
  if (field.key) return {};
  return field.type === 'm' ? undefined : zeroOf(field.type);
}
function zeroOf(type: string): unknown {
  if (type === 's') return '';
  if (type === 'b') return false;
  if (type === 'y') return new Uint8Array();
  return 'UIZF'.includes(type) ? 0n : 0;
}
function blank(schema: Layout): Fields {
  const made: Fields = { $typeName: schema.typeName };
  for (const field of schema.fields) {
    if (field.oneof) made[field.oneof] = { case: undefined };
    else if (field.type !== 'm' || field.repeated || field.key) made[field.name] = zero(field);
  }
  return made;
}
function nested(field: Field, value: unknown): unknown {
  if (field.type !== 'm') return value;
  return (value as Fields).$typeName ? value : make(schemaOf(field.message), value as Fields);
}
function make(schema: Layout, init: Fields): Fields {
  if (init.$typeName === schema.typeName) return init;
  const made = blank(schema);
  for (const field of schema.fields) {
    if (field.oneof) {
      const given = init[field.oneof] as OneOf | undefined;
      if (given?.case === field.name) made[field.oneof] = { case: field.name, value: nested(field, given.value) };
      continue;
    }
    const given = init[field.name];
    if (given === undefined || given === null) continue;
    if (field.repeated) made[field.name] = (given as unknown[]).map((item) => nested(field, item));
    else if (field.key) {
      made[field.name] = Object.fromEntries(Object.entries(given as Fields).map(([key, item]) => [key, nested(field, item)]));
    } else made[field.name] = nested(field, given);
  }
  return made;
}

// Bytes.

const utf8 = new TextEncoder();
const text = new TextDecoder('utf-8', { fatal: true });

class Writer {
  private bytes = new Uint8Array(256);
  private view = new DataView(this.bytes.buffer);
  private at = 0;

  finish(): Uint8Array<ArrayBuffer> {
    return this.bytes.slice(0, this.at);
  }
  varint(value: number): void {
    this.room(5);
    let rest = value >>> 0;
    while (rest > 127) {
      this.bytes[this.at++] = (rest & 127) | 128;
      rest >>>= 7;
    }
    this.bytes[this.at++] = rest;
  }
  varint64(value: bigint): void {
    this.room(10);
    let rest = BigInt.asUintN(64, value);
    while (rest > 127n) {
      this.bytes[this.at++] = Number(rest & 127n) | 128;
      rest >>= 7n;
    }
    this.bytes[this.at++] = Number(rest);
  }
  fixed64(value: bigint): void {
    this.room(8);
    this.view.setBigUint64(this.at, BigInt.asUintN(64, value), true);
    this.at += 8;
  }
  raw(bytes: Uint8Array): void {
    this.varint(bytes.length);
    this.room(bytes.length);
    this.bytes.set(bytes, this.at);
    this.at += bytes.length;
  }
  scalar(type: string, value: unknown): void {
    if (type === 's') this.raw(utf8.encode(value as string));
    else if (type === 'y') this.raw(value as Uint8Array);
    else if (type === 'b') this.varint(value ? 1 : 0);
    else if (type === 'u') this.varint(value as number);
    else if (type === 'z') this.varint(((value as number) << 1) ^ ((value as number) >> 31));
    else if (type === 'F') this.fixed64(BigInt(value as bigint));
    else if (type === 'Z') this.varint64((BigInt(value as bigint) << 1n) ^ (BigInt(value as bigint) >> 63n));
    else this.varint64(BigInt(value as bigint | number)); // U I, and i e: negative ones take ten bytes
  }
  private room(more: number): void {
    if (this.at + more <= this.bytes.length) return;
    const grown = new Uint8Array(Math.max(this.bytes.length * 2, this.at + more));
    grown.set(this.bytes);
    this.bytes = grown;
    this.view = new DataView(grown.buffer);
  }
}

const wireOf = (type: string) => (type === 'F' ? 1 : 'sym'.includes(type) ? 2 : 0);

function isZero(type: string, value: unknown): boolean {
  if (type === 'y') return (value as Uint8Array).length === 0;
  return value === '' || value === false || value === 0 || value === 0n;
}

function writeOne(writer: Writer, number: number, type: string, child: string, value: unknown): void {
  writer.varint((number << 3) | wireOf(type));
  if (type !== 'm') return writer.scalar(type, value);
  const inner = new Writer();
  writeMessage(inner, schemaOf(child), value as Fields);
  writer.raw(inner.finish());
}

function writeMessage(writer: Writer, schema: Layout, value: Fields): void {
  for (const field of schema.fields) {
    const { number, type } = field;
    if (field.oneof) {
      const chosen = value[field.oneof] as OneOf;
      if (chosen.case === field.name) writeOne(writer, number, type, field.message, chosen.value);
    } else if (field.repeated) {
      writeList(writer, field, value[field.name] as unknown[]);
    } else if (field.key) {
      for (const [key, item] of Object.entries(value[field.name] as Fields)) {
        const entry = new Writer();
        writeOne(entry, 1, field.key, '', field.key === 's' ? key : Number(key));
        writeOne(entry, 2, type, field.message, item);
        writer.varint((number << 3) | 2);
        writer.raw(entry.finish());
      }
    } else {
      const item = value[field.name];
      if (item !== undefined && (type === 'm' || !isZero(type, item))) writeOne(writer, number, type, field.message, item);
    }
  }
}

function writeList(writer: Writer, field: Field, items: unknown[]): void {
  if (items.length === 0) return;
  if (wireOf(field.type) === 2) {
    for (const item of items) writeOne(writer, field.number, field.type, field.message, item);
    return;
  }
  const packed = new Writer();
  for (const item of items) packed.scalar(field.type, item);
  writer.varint((field.number << 3) | 2);
  writer.raw(packed.finish());
}

class Reader {
  at = 0;
  private readonly view: DataView;
  constructor(private readonly bytes: Uint8Array) {
    this.view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  }
  /** The low 32 bits of a varint, unsigned. */
  varint(): number {
    let value = 0;
    for (let shift = 0; shift < 70; shift += 7) {
      const byte = this.byte();
      if (shift < 32) value |= (byte & 127) << shift;
      if (byte < 128) return value >>> 0;
    }
    throw new RangeError('codec: varint too long');
  }
  varint64(): bigint {
    let low = 0;
    for (let shift = 0; shift < 28; shift += 7) {
      const byte = this.byte();
      low |= (byte & 127) << shift;
      if (byte < 128) return BigInt(low);
    }
    let value = BigInt(low);
    for (let shift = 28n; shift < 70n; shift += 7n) {
      const byte = this.byte();
      value |= BigInt(byte & 127) << shift;
      if (byte < 128) return BigInt.asUintN(64, value);
    }
    throw new RangeError('codec: varint too long');
  }
  raw(): Uint8Array {
    const length = this.varint();
    const from = this.skip(length);
    return this.bytes.subarray(from, from + length);
  }
  skip(length: number): number {
    const from = this.at;
    if (length > this.bytes.length - from) throw new RangeError('codec: truncated');
    this.at += length;
    return from;
  }
  scalar(type: string): unknown {
    if (type === 's') return text.decode(this.raw());
    if (type === 'y') return this.raw().slice();
    if (type === 'b') return this.varint64() !== 0n;
    if (type === 'u') return this.varint();
    if (type === 'i' || type === 'e') return this.varint() | 0;
    if (type === 'F') return this.view.getBigUint64(this.skip(8), true);
    if (type === 'U') return this.varint64();
    if (type === 'I') return BigInt.asIntN(64, this.varint64());
    if (type === 'z') {
      const value = this.varint();
      return (value >>> 1) ^ -(value & 1);
    }
    const value = this.varint64();
    return (value >> 1n) ^ -(value & 1n);
  }
  private byte(): number {
    const byte = this.bytes[this.at];
    if (byte === undefined) throw new RangeError('codec: truncated');
    this.at += 1;
    return byte;
  }
}

function readOne(reader: Reader, type: string, child: string, depth: number): unknown {
  if (type !== 'm') return reader.scalar(type);
  const length = reader.varint();
  const end = reader.at + length;
  reader.skip(length);
  reader.at = end - length;
  return readMessage(reader, end, schemaOf(child), depth + 1);
}

function readMessage(reader: Reader, end: number, schema: Layout, depth: number): Fields {
  if (depth > depthMax) throw new RangeError('codec: nested too deeply');
  const made = blank(schema);
  while (reader.at < end) {
    const tag = reader.varint();
    const field = schema.byNumber.get(tag >>> 3);
    if (!field || !fits(field, tag & 7)) skipField(reader, tag & 7);
    else readField(reader, made, field, tag & 7, depth);
  }
  if (reader.at !== end) throw new RangeError('codec: a field reaches beyond its message');
  return made;
}

function fits(field: Field, wire: number): boolean {
  return wire === (field.key ? 2 : wireOf(field.type)) || (field.repeated && wire === 2);
}

function readField(reader: Reader, made: Fields, field: Field, wire: number, depth: number): void {
  const { name, type } = field;
  if (field.key) readEntry(reader, made[name] as Fields, field, depth);
  else if (field.repeated && wire === 2 && wireOf(type) !== 2) {
    const length = reader.varint();
    const end = reader.skip(length) + length;
    reader.at = end - length;
    while (reader.at < end) (made[name] as unknown[]).push(reader.scalar(type));
    if (reader.at !== end) throw new RangeError('codec: a packed field reaches beyond its end');
  } else {
    const value = readOne(reader, type, field.message, depth);
    if (field.repeated) (made[name] as unknown[]).push(value);
    else if (field.oneof) made[field.oneof] = { case: name, value };
    else made[name] = value;
  }
}

function readEntry(reader: Reader, map: Fields, field: Field, depth: number): void {
  const length = reader.varint();
  const end = reader.skip(length) + length;
  reader.at = end - length;
  let key = zeroOf(field.key ?? 's');
  let value = field.type === 'm' ? blank(schemaOf(field.message)) : zeroOf(field.type);
  while (reader.at < end) {
    const tag = reader.varint();
    if (tag >>> 3 === 1) key = reader.scalar(field.key ?? 's');
    else if (tag >>> 3 === 2) value = readOne(reader, field.type, field.message, depth) as typeof value;
    else skipField(reader, tag & 7);
  }
  if (reader.at !== end) throw new RangeError('codec: a map entry reaches beyond its end');
  map[String(key)] = value;
}

function skipField(reader: Reader, wire: number): void {
  if (wire === 0) reader.varint64();
  else if (wire === 1) reader.skip(8);
  else if (wire === 2) reader.raw();
  else if (wire === 5) reader.skip(4);
  else throw new RangeError('codec: unknown wire type');
}
