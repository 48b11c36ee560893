import { create, fromBinary, toBinary, type MessageInitShape } from './codec';
import {
  ClientMessageSchema,
  ServerMessageSchema,
  type ClientMessage,
  type ServerMessage,
} from './gen/atelier/v1/wire_pb';
import { openMaxMs, pingAfterMs, pongMaxMs, reconnectFirstMs, reconnectMaxMs } from './limits';

/** The part of WebSocket that the connection uses; tests give their own. */
export interface Socket {
  binaryType: string;
  readyState: number;
  onopen: ((event: Event) => unknown) | null;
  onmessage: ((event: MessageEvent) => unknown) | null;
  onclose: ((event: CloseEvent) => unknown) | null;
  onerror: ((event: Event) => unknown) | null;
  send(bytes: Uint8Array<ArrayBuffer>): void;
  close(code?: number, reason?: string): void;
}
export type OpenSocket = () => Socket;

export type ConnectionState = 'connecting' | 'open' | 'waiting' | 'ended';

export interface ConnectionEvents {
  /** The socket is open: say hello now. */
  opened(): void;
  message(message: ServerMessage): void;
  state(state: ConnectionState): void;
}

/** Close codes after which trying again cannot help: the seat is gone, or this client is not understood. */
export const finalCloseCodes: ReadonlySet<number> = new Set([1002, 1003, 1007, 4401, 4403, 4404]);

export interface ConnectionClock {
  /** In 0 … 1, for full jitter. */
  random(): number;
}

/**
 * One live connection that comes back by itself: full jitter between 0 and a bound that doubles from 0.25 s to 10 s.
 * Knows bytes, silence and time; what the messages mean is the session's business.
 */
export class Connection {
  private socket: Socket | undefined;
  private attempt = 0;
  private retry: ReturnType<typeof setTimeout> | undefined;
  private beat: ReturnType<typeof setInterval> | undefined;
  private heardAt = 0;
  private askedAt = 0;
  private floorMs = 0;
  private nonce = 0n;
  state: ConnectionState = 'waiting';
  /** Why the connection ended for good; empty while it may come back. */
  endedBecause = '';

  constructor(
    private readonly openSocket: OpenSocket,
    private readonly events: ConnectionEvents,
    private readonly clock: ConnectionClock = { random: Math.random },
  ) {}

  start(): void {
    if (this.state === 'ended' || this.socket) return;
    clearTimeout(this.retry);
    this.set('connecting');
    let socket: Socket;
    try {
      socket = this.openSocket();
    } catch {
      this.lost();
      return;
    }
    this.socket = socket;
    socket.binaryType = 'arraybuffer';
    this.heardAt = Date.now();
    this.askedAt = 0;
    socket.onopen = () => {
      if (this.socket !== socket) return;
      this.heardAt = Date.now();
      this.set('open');
      this.events.opened();
    };
    socket.onmessage = (event) => this.received(socket, event);
    socket.onclose = (event) => this.closed(socket, event.code, event.reason);
    socket.onerror = () => {};
    clearInterval(this.beat);
    this.beat = setInterval(() => this.tick(socket), pingAfterMs / 2);
  }

  /** Sends now or not at all: false when there is no open socket. */
  send(kind: NonNullable<MessageInitShape<typeof ClientMessageSchema>['kind']>): boolean {
    if (this.state !== 'open' || !this.socket) return false;
    const message: ClientMessage = create(ClientMessageSchema, { kind });
    this.socket.send(toBinary(ClientMessageSchema, message) as Uint8Array<ArrayBuffer>);
    return true;
  }

  /** The server answered like a server: the next failure starts from the shortest wait again. */
  healthy(): void {
    this.attempt = 0;
    this.floorMs = 0;
  }

  /** Do not come back before `ms` have passed (the server is draining). */
  holdOff(ms: number): void {
    this.floorMs = ms;
  }

  /** Drops this socket and comes back with a new one. */
  restart(): void {
    const socket = this.socket;
    if (!socket) return;
    this.socket = undefined;
    detach(socket);
    this.lost();
  }

  /** The network says it is back, or the page is looked at again: do not sit out the wait. */
  hurry(): void {
    if (this.state === 'waiting') this.start();
  }

  stop(): void {
    this.end('stopped');
  }

  private received(socket: Socket, event: MessageEvent): void {
    if (this.socket !== socket) return;
    this.heardAt = Date.now();
    let message: ServerMessage;
    try {
      message = fromBinary(ServerMessageSchema, new Uint8Array(event.data as ArrayBuffer));
    } catch {
      this.restart();
      return;
    }
    this.events.message(message);
  }

  /** Timers of a page in the background may be minutes late, so only an unanswered question counts as silence. */
  private tick(socket: Socket): void {
    if (this.socket !== socket) return;
    const now = Date.now();
    if (this.state === 'connecting') {
      if (now - this.heardAt > openMaxMs) this.restart();
    } else if (this.askedAt > this.heardAt) {
      if (now - this.askedAt > pongMaxMs) this.restart();
    } else if (now - this.heardAt >= pingAfterMs) {
      this.nonce += 1n;
      this.askedAt = now;
      this.send({ case: 'ping', value: { nonce: this.nonce } });
    }
  }

  private closed(socket: Socket, code: number, reason: string): void {
    if (this.socket !== socket) return;
    this.socket = undefined;
    if (finalCloseCodes.has(code)) this.end(reason || `closed by the server (${code})`);
    else this.lost();
  }

  private lost(): void {
    this.socket = undefined;
    clearInterval(this.beat);
    const bound = Math.min(reconnectMaxMs, reconnectFirstMs * 2 ** this.attempt);
    this.attempt = Math.min(this.attempt + 1, 10);
    const wait = this.floorMs + this.clock.random() * bound;
    this.set('waiting');
    this.retry = setTimeout(() => this.start(), wait);
  }

  private end(reason: string): void {
    clearTimeout(this.retry);
    clearInterval(this.beat);
    if (this.socket) detach(this.socket);
    this.socket = undefined;
    this.endedBecause = reason;
    this.set('ended');
  }

  private set(state: ConnectionState): void {
    if (this.state === state) return;
    this.state = state;
    this.events.state(state);
  }
}

function detach(socket: Socket): void {
  socket.onopen = socket.onmessage = socket.onclose = socket.onerror = null;
  try {
    socket.close(1000);
  } catch {
    // Closing what never opened may throw; the socket is gone either way.
  }
}
