import * as reference from '@bufbuild/protobuf';
import type { DescField, DescMessage } from '@bufbuild/protobuf';
import fc, { type Arbitrary } from 'fast-check';
import { describe, expect, it } from 'vitest';
import * as codec from './codec';
import { CommandSchema } from './gen/atelier/v1/command_pb';
import { MeetingContentSchema } from './gen/atelier/v1/content_pb';
import { EntitySchema } from './gen/atelier/v1/view_pb';
import { ClientMessageSchema, ServerMessageSchema } from './gen/atelier/v1/wire_pb';
import { CommandSchema as CommandReference } from './gen/reference/atelier/v1/command_pb';
import { MeetingContentSchema as ContentReference } from './gen/reference/atelier/v1/content_pb';
import { EntitySchema as EntityReference } from './gen/reference/atelier/v1/view_pb';
import {
  ClientMessageSchema as ClientReference,
  ServerMessageSchema as ServerReference,
} from './gen/reference/atelier/v1/wire_pb';

const pairs: [string, DescMessage, DescMessage][] = [
  ['ServerMessage', ServerMessageSchema, ServerReference],
  ['ClientMessage', ClientMessageSchema, ClientReference],
  ['Command', CommandSchema, CommandReference],
  ['Entity', EntitySchema, EntityReference],
  ['MeetingContent', MeetingContentSchema, ContentReference],
];

const words = fc.oneof(fc.string({ unit: 'grapheme', maxLength: 12 }), fc.constantFrom('', 'é', '𝄞 clef', '\u0000'));
const bytes = fc.uint8Array({ maxLength: 200 }).map((array) => new Uint8Array(array));

function scalar(type: reference.ScalarType): Arbitrary<unknown> {
  switch (type) {
    case reference.ScalarType.STRING:
      return words;
    case reference.ScalarType.BYTES:
      return bytes;
    case reference.ScalarType.BOOL:
      return fc.boolean();
    case reference.ScalarType.UINT32:
      return fc.oneof(fc.constantFrom(0, 127, 128, 2 ** 32 - 1), fc.nat(2 ** 31 - 1));
    case reference.ScalarType.INT32:
    case reference.ScalarType.SINT32:
      return fc.oneof(fc.constantFrom(0, -1, -(2 ** 31), 2 ** 31 - 1), fc.integer());
    case reference.ScalarType.INT64:
    case reference.ScalarType.SINT64:
      return fc.oneof(fc.constantFrom(0n, -1n, -(2n ** 63n), 2n ** 63n - 1n), fc.bigInt(-(2n ** 40n), 2n ** 40n));
    default:
      return fc.oneof(fc.constantFrom(0n, 2n ** 28n, 2n ** 64n - 1n), fc.bigInt(0n, 2n ** 64n - 1n));
  }
}
function single(field: DescField, kind: string, depth: number): Arbitrary<unknown> {
  if (kind === 'message' && field.message) return init(field.message, depth + 1);
  if (kind === 'enum' && field.enum) return fc.constantFrom(...field.enum.values.map((value) => value.number));
  return scalar(field.scalar ?? reference.ScalarType.STRING);
}
function value(field: DescField, depth: number): Arbitrary<unknown> {
  if (field.fieldKind === 'list') return fc.array(single(field, field.listKind, depth), { maxLength: 4 });
  if (field.fieldKind === 'map') return fc.dictionary(words.filter((key) => key !== '__proto__'), single(field, field.mapKind, depth), { maxKeys: 3 });
  return single(field, field.fieldKind, depth);
}
/** What create() may be given for a message, made from the reference's descriptor. */
function init(message: DescMessage, depth = 0): Arbitrary<Record<string, unknown>> {
  const shape: Record<string, Arbitrary<unknown>> = {};
  for (const field of message.fields) {
    if (field.oneof || (depth > 3 && field.message)) continue;
    shape[field.localName] = fc.option(value(field, depth), { nil: undefined });
  }
  for (const oneof of message.oneofs) {
    if (depth > 3) continue;
    const chosen = fc
      .constantFrom(...oneof.fields)
      .chain((field) => value(field, depth).map((item) => ({ case: field.localName, value: item })));
    shape[oneof.localName] = fc.option(chosen, { nil: undefined });
  }
  return fc.record(shape);
}

const plain = (message: unknown): unknown => structuredClone(message);

describe.each(pairs)('the codec for %s', (_name, ours, theirs) => {
  it('writes the bytes and reads the message that protobuf-es does', () => {
    fc.assert(
      fc.property(init(theirs), (given) => {
        const expected = reference.create(theirs, given as never);
        const wire = reference.toBinary(theirs, expected);
        const made = codec.create(ours, given as never);
        expect(plain(made)).toEqual(plain(expected));
        expect(codec.toBinary(ours, made)).toEqual(wire);
        expect(plain(codec.fromBinary(ours, wire))).toEqual(plain(reference.fromBinary(theirs, wire)));
      }),
      { numRuns: 300 },
    );
  });

  it('ends on broken bytes, with a message or an error', () => {
    fc.assert(
      fc.property(init(theirs), fc.nat(), fc.nat(255), (given, place, byte) => {
        const wire = reference.toBinary(theirs, reference.create(theirs, given as never));
        if (wire.length === 0) return;
        const at = place % wire.length;
        const broken = byte % 3 === 0 ? wire.slice(0, at) : wire.map((old, index) => (index === at ? byte : old));
        let read: unknown;
        try {
          read = codec.fromBinary(ours, broken);
        } catch {
          return; // stricter than the reference is fine: such bytes end the connection
        }
        expect(read).toHaveProperty('$typeName');
      }),
      { numRuns: 300 },
    );
  });
});

describe('the codec', () => {
  it('skips fields that it does not know', () => {
    const wire = codec.toBinary(EntitySchema, codec.create(EntitySchema, { key: 'note/K1', seq: 5n }));
    const unknown = [0xf8, 0x7f, 0x01, 0xfa, 0x7f, 0x02, 0x61, 0x62, 0xf9, 0x7f, 1, 2, 3, 4, 5, 6, 7, 8];
    const read = codec.fromBinary(EntitySchema, new Uint8Array([...unknown, ...wire]));
    expect(read).toMatchObject({ key: 'note/K1', seq: 5n });
  });
  it('reads concatenated server messages as one', () => {
    const part = (seq: bigint) => codec.toBinary(ServerMessageSchema, codec.create(ServerMessageSchema, { synced: [{ seq }] }));
    const both = codec.fromBinary(ServerMessageSchema, new Uint8Array([...part(1n), ...part(2n)]));
    expect(both.synced.map((synced) => synced.seq)).toEqual([1n, 2n]);
  });
  it.each([
    ['a truncated length', [0x0a, 0x05, 0x61]],
    ['a varint of eleven bytes', [0x10, ...Array<number>(11).fill(0xff)]],
    ['text that is not UTF-8', [0x0a, 0x01, 0xff]],
    ['a group', [0x0b]],
  ])('refuses %s', (_what, wire) => {
    expect(() => codec.fromBinary(EntitySchema, new Uint8Array(wire))).toThrow();
  });
});
