import { create, fromBinary, toBinary, type MessageInitShape } from '../codec';
import * as Y from 'yjs';
import type { Socket } from '../connection';
import type { Command } from '../gen/atelier/v1/command_pb';
import { Role } from '../gen/atelier/v1/content_pb';
import { Refusal } from '../gen/atelier/v1/refusal_pb';
import type { Entity } from '../gen/atelier/v1/view_pb';
import {
  ClientMessageSchema,
  ServerMessageSchema,
  type ClientMessage,
  type Submit,
} from '../gen/atelier/v1/wire_pb';

export interface Logged {
  seq: bigint;
  instance: bigint;
  counter: bigint;
  command: Command;
  refusal: Refusal;
}

/** A small working server for tests of the client: one log, previous and duplicates as wire.proto says, texts by yjs. */
export class FakeServer {
  readonly log: Logged[] = [];
  readonly texts = new Map<string, Y.Doc>();
  readonly frozen = new Set<string>();
  readonly entities = new Map<string, Entity>();
  readonly sockets = new Set<FakeSocket>();
  epoch = new Uint8Array([1]);
  /** Sockets do not open while the server is down. */
  up = true;
  /** Acknowledgements are kept back while this is set. */
  muted = false;
  refuseBeforeLog: (submit: Submit) => Refusal = () => Refusal.OK;
  refuseInLog: (command: Command) => Refusal = () => Refusal.OK;
  heard: ClientMessage[] = [];

  open = (): Socket => new FakeSocket(this);

  doc(text: string): Y.Doc {
    let doc = this.texts.get(text);
    if (!doc) {
      doc = new Y.Doc();
      this.texts.set(text, doc);
    }
    return doc;
  }

  /** Cuts every connection without a word; `down` keeps new ones away. */
  cut(down = false): void {
    this.up = !down;
    for (const socket of [...this.sockets]) socket.lose(1006);
  }

  commands(kind: Command['kind']['case']): Command['kind']['value'][] {
    return this.log
      .filter((record) => record.command.kind.case === kind && record.refusal === Refusal.OK)
      .map((record) => record.command.kind.value);
  }

  received(socket: FakeSocket, message: ClientMessage): void {
    this.heard.push(message);
    const { kind } = message;
    if (kind.case === 'hello') {
      socket.instance = kind.value.instance;
      const full = kind.value.epoch.length === 0 || kind.value.epoch[0] !== this.epoch[0];
      const last = this.lastOf(socket.instance);
      socket.say({
        welcome: [{ meeting: 'm', person: 'P01', role: Role.PARTICIPANT, epoch: this.epoch, seq: this.seq, full, protocol: 1, nowMs: 1000n, lastCounter: last }],
        entity: [...this.entities.values()],
      });
      for (const text of kind.value.texts) this.follow(socket, text.text, text.stateVector);
      socket.say({ synced: [{ seq: this.seq, timeMs: 1000n }] });
    } else if (kind.case === 'submit') this.submitted(socket, kind.value);
    else if (kind.case === 'textFollow') this.follow(socket, kind.value.text, kind.value.stateVector);
    else if (kind.case === 'textUnfollow') socket.follows.delete(kind.value.text);
    else if (kind.case === 'presence') {
      for (const other of this.sockets) {
        if (other !== socket && other.follows.has(kind.value.text)) {
          other.say({ presence: [{ person: 'P01', text: kind.value.text, state: kind.value.state }] });
        }
      }
    } else if (kind.case === 'ping') socket.say({ pong: [{ nonce: kind.value.nonce }] });
  }

  private get seq(): bigint {
    return BigInt(this.log.length);
  }
  private lastOf(instance: bigint): bigint {
    return this.log.filter((record) => record.instance === instance).at(-1)?.counter ?? 0n;
  }
  private follow(socket: FakeSocket, text: string, stateVector: Uint8Array): void {
    socket.follows.add(text);
    const update = Y.encodeStateAsUpdate(this.doc(text), stateVector.length > 0 ? stateVector : undefined);
    socket.say({ textUpdate: [{ text, update, state: true }] });
  }

  private submitted(socket: FakeSocket, submit: Submit): void {
    const instance = submit.instance || socket.instance;
    const answer = (seq: bigint, refusal: Refusal, duplicate = false) => {
      const ack = { counter: submit.counter, seq, refusal, duplicate, instance, reason: refusal === Refusal.OK ? '' : Refusal[refusal] };
      if (!this.muted) socket.say({ ack: [ack] });
    };
    const before = this.log.find((record) => record.instance === instance && record.counter === submit.counter);
    if (before) return answer(before.seq, before.refusal, true);
    if (submit.previous !== this.lastOf(instance)) return answer(0n, Refusal.OUT_OF_ORDER);
    const early = this.refuseBeforeLog(submit);
    if (early !== Refusal.OK || !submit.command) return answer(0n, early || Refusal.BAD_COMMAND);
    const refusal = this.apply(submit.command);
    const seq = this.seq + 1n;
    this.log.push({ seq, instance, counter: submit.counter, command: submit.command, refusal });
    return answer(seq, refusal);
  }

  private apply(command: Command): Refusal {
    const refusal = this.refuseInLog(command);
    if (refusal !== Refusal.OK || command.kind.case !== 'textEdit') return refusal;
    const { text, update } = command.kind.value;
    if (this.frozen.has(text)) return Refusal.TEXT_FROZEN;
    const trial = new Y.Doc();
    Y.applyUpdate(trial, Y.encodeStateAsUpdate(this.doc(text)));
    Y.applyUpdate(trial, update);
    if (trial.store.pendingStructs || trial.store.pendingDs) return Refusal.UPDATE_NOT_CAUSAL;
    this.write(text, update);
    return Refusal.OK;
  }

  /** Somebody's accepted edit: into the text and to everybody who follows it. */
  write(text: string, update: Uint8Array): void {
    Y.applyUpdate(this.doc(text), update);
    for (const socket of this.sockets) {
      if (socket.follows.has(text)) socket.say({ textUpdate: [{ text, update, seq: this.seq + 1n }] });
    }
  }
}

/** One socket to the fake server. Opens, answers and closes asynchronously and in order, as a real one does. */
export class FakeSocket implements Socket {
  binaryType = 'blob';
  readyState = 0;
  onopen: Socket['onopen'] = null;
  onmessage: Socket['onmessage'] = null;
  onclose: Socket['onclose'] = null;
  onerror: Socket['onerror'] = null;
  instance = 0n;
  readonly follows = new Set<string>();

  constructor(private readonly server: FakeServer) {
    setTimeout(() => {
      if (this.readyState !== 0) return;
      if (!server.up) return this.lose(1006);
      this.readyState = 1;
      server.sockets.add(this);
      this.onopen?.({} as Event);
    }, 0);
  }

  send(bytes: Uint8Array): void {
    if (this.readyState !== 1) return;
    const message = fromBinary(ClientMessageSchema, new Uint8Array(bytes));
    setTimeout(() => {
      if (this.readyState === 1) this.server.received(this, message);
    }, 0);
  }

  close(): void {
    this.readyState = 3;
    this.server.sockets.delete(this);
  }

  lose(code: number): void {
    this.close();
    this.onclose?.({ code, reason: '' } as CloseEvent);
  }

  say(message: MessageInitShape<typeof ServerMessageSchema>): void {
    const bytes = toBinary(ServerMessageSchema, create(ServerMessageSchema, message));
    setTimeout(() => {
      if (this.readyState === 1) this.onmessage?.({ data: bytes.slice().buffer } as MessageEvent);
    }, 0);
  }
}
