// Makes src/gen from ../../proto with protoc and protoc-gen-es. Skips the work when nothing changed.
//
// src/gen/reference holds what protoc-gen-es writes. src/gen/atelier holds the same types, but each schema is a lookup in
// src/gen/table.ts, one compact line per field, which src/codec.ts reads: protobuf-es's own runtime and descriptors would take
// 26 kB gzip of the 60 kB that a first vote may load. The tests hold our codec against protobuf-es.
import { execFileSync } from 'node:child_process';
import { cpSync, mkdirSync, readFileSync, readdirSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { createFileRegistry, fromBinary, ScalarType } from '@bufbuild/protobuf';
import { FileDescriptorSetSchema } from '@bufbuild/protobuf/wkt';

const here = dirname(fileURLToPath(import.meta.url));
const root = join(here, '../../..');
const proto = join(root, 'proto');
const out = join(here, '../src/gen');
const reference = join(out, 'reference');
const plugin = join(root, 'node_modules/.bin/protoc-gen-es');
const package_name = 'atelier.v1';
const folder = 'atelier/v1';

const sources = readdirSync(join(proto, folder))
  .filter((name) => name.endsWith('.proto'))
  .map((name) => join(folder, name));

function upToDate() {
  try {
    const made = statSync(join(out, 'table.ts')).mtimeMs;
    const inputs = [...sources.map((source) => join(proto, source)), fileURLToPath(import.meta.url)];
    return inputs.every((input) => statSync(input).mtimeMs < made);
  } catch {
    return false;
  }
}

/** The letter of a scalar type in the table; see src/codec.ts. */
const scalars = {
  [ScalarType.STRING]: 's',
  [ScalarType.BYTES]: 'y',
  [ScalarType.BOOL]: 'b',
  [ScalarType.UINT32]: 'u',
  [ScalarType.INT32]: 'i',
  [ScalarType.SINT32]: 'z',
  [ScalarType.UINT64]: 'U',
  [ScalarType.INT64]: 'I',
  [ScalarType.SINT64]: 'Z',
  [ScalarType.FIXED64]: 'F',
};
function letter(scalar, field) {
  const found = scalars[scalar];
  if (!found) throw new Error(`generate: ${field} has a type that src/codec.ts does not know`);
  return found;
}
const local = (typeName) => typeName.slice(package_name.length + 1);

/** "name number type": `*` repeated, `{K}` map with key K, `e` enum, `mNAME` message; then the oneof's name. */
function lineOf(field) {
  const single = (kind, scalar, message) =>
    kind === 'message' ? `m${local(message.typeName)}` : kind === 'enum' ? 'e' : letter(scalar, field);
  let type;
  if (field.fieldKind === 'list') type = `*${single(field.listKind, field.scalar, field.message)}`;
  else if (field.fieldKind === 'map') type = `{${letter(field.mapKey, field)}}${single(field.mapKind, field.scalar, field.message)}`;
  else type = single(field.fieldKind, field.scalar, field.message);
  return `${field.localName} ${field.number} ${type}${field.oneof ? ` ${field.oneof.localName}` : ''}`;
}

function writeTable() {
  const set = join(out, 'set.bin');
  execFileSync('protoc', [`--descriptor_set_out=${set}`, '--include_imports', `-I${proto}`, ...sources], { stdio: 'inherit' });
  const registry = createFileRegistry(fromBinary(FileDescriptorSetSchema, readFileSync(set)));
  rmSync(set);
  const messages = [...registry].filter((type) => type.kind === 'message');
  const text = messages.map((message) => `${local(message.typeName)}\n${[...message.fields].sort((a, b) => a.number - b.number).map((field) => ` ${lineOf(field)}\n`).join('')}`);
  writeFileSync(
    join(out, 'table.ts'),
    `// Made by tools/generate.mjs from proto/atelier/v1.\nexport const packageName = '${package_name}';\nexport const table = \`${text.join('')}\`;\n`,
  );
  return new Map(messages.map((message) => [`${local(message.typeName).replaceAll('.', '_')}Schema`, local(message.typeName)]));
}

/** The types of protoc-gen-es with schemas that look into the table. */
function lean(source, names) {
  const any = /Schema: GenMessage</.test(source);
  return source
    .replace(/^import \{[^}]*\} from "@bufbuild\/protobuf\/codegenv2";$/m, any ? 'import { message } from "../../../codec";' : '')
    .replace(/^import \{ file_[^}]*\} from "[^"]*";\n/gm, '')
    .replace(/^import type \{([^}]*)\} from "@bufbuild\/protobuf\/codegenv2";$/m, any ? 'import type { GenMessage } from "@bufbuild/protobuf/codegenv2";' : '')
    .replace(/\/\*\*(?:(?!\*\/)[\s\S])*\*\/\nexport const file_\w+: GenFile = [^;]*;\n/, '')
    .replace(/\/\*\*(?:(?!\*\/)[\s\S])*\*\/\nexport const \w+Schema: GenEnum<[^;]*;\n/g, '')
    .replace(/export const (\w+Schema)(: GenMessage<\w+>) = [^;]*;/g, (_all, schema, type) => {
      return `export const ${schema}${type} = /*@__PURE__*/ message("${names.get(schema)}");`;
    });
}

if (!upToDate()) {
  rmSync(out, { recursive: true, force: true });
  mkdirSync(reference, { recursive: true });
  execFileSync(
    'protoc',
    [`--plugin=protoc-gen-es=${plugin}`, `--es_out=${reference}`, '--es_opt=target=ts', `-I${proto}`, ...sources],
    { stdio: 'inherit' },
  );
  const names = writeTable();
  cpSync(join(reference, folder), join(out, folder), { recursive: true });
  for (const name of readdirSync(join(out, folder))) {
    const file = join(out, folder, name);
    writeFileSync(file, lean(readFileSync(file, 'utf8'), names));
  }
}
