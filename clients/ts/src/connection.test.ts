import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { Connection, type ConnectionState, type Socket } from './connection';
import { create, toBinary } from './codec';
import { ServerMessageSchema } from './gen/atelier/v1/wire_pb';

class Wire implements Socket {
  binaryType = '';
  readyState = 0;
  onopen: Socket['onopen'] = null;
  onmessage: Socket['onmessage'] = null;
  onclose: Socket['onclose'] = null;
  onerror: Socket['onerror'] = null;
  sent: Uint8Array[] = [];
  send(bytes: Uint8Array) {
    this.sent.push(bytes);
  }
  close() {}
  opens() {
    this.onopen?.({} as Event);
  }
  loses(code = 1006) {
    this.onclose?.({ code, reason: '' } as CloseEvent);
  }
  says() {
    const bytes = toBinary(ServerMessageSchema, create(ServerMessageSchema, { pong: [{ nonce: 1n }] }));
    this.onmessage?.({ data: bytes.buffer } as MessageEvent);
  }
}

let wires: Wire[];
let states: ConnectionState[];
let random: number;
function connection() {
  return new Connection(
    () => {
      const wire = new Wire();
      wires.push(wire);
      return wire;
    },
    { opened: () => {}, message: () => {}, state: (state) => states.push(state) },
    { random: () => random },
  );
}
const last = () => wires.at(-1) as Wire;

beforeEach(() => {
  vi.useFakeTimers();
  wires = [];
  states = [];
  random = 1;
});
afterEach(() => vi.useRealTimers());

describe('a connection', () => {
  it('comes back after a wait that doubles from a quarter of a second to ten seconds', () => {
    connection().start();
    const waits: number[] = [];
    for (let attempt = 0; attempt < 8; attempt += 1) {
      const count = wires.length;
      last().loses();
      let waited = 0;
      while (wires.length === count && waited < 20_000) {
        vi.advanceTimersByTime(50);
        waited += 50;
      }
      waits.push(waited);
    }
    expect(waits).toEqual([250, 500, 1000, 2000, 4000, 8000, 10_000, 10_000]);
  });

  it('uses full jitter: the wait may be nothing', () => {
    random = 0;
    connection().start();
    last().loses();
    vi.advanceTimersByTime(1);
    expect(wires).toHaveLength(2);
  });

  it('starts from the shortest wait again once the server has answered', () => {
    const made = connection();
    made.start();
    for (let attempt = 0; attempt < 5; attempt += 1) {
      last().loses();
      vi.advanceTimersByTime(10_000);
    }
    last().opens();
    made.healthy();
    const count = wires.length;
    last().loses();
    vi.advanceTimersByTime(250);
    expect(wires).toHaveLength(count + 1);
  });

  it('gives a silent server up only after it left a question unanswered', () => {
    connection().start();
    last().opens();
    vi.advanceTimersByTime(6_000);
    expect(last().sent).toHaveLength(1);
    last().says();
    vi.advanceTimersByTime(12_000);
    expect(wires).toHaveLength(1);
    vi.advanceTimersByTime(12_000);
    expect(wires).toHaveLength(2);
  });

  it('waits as long as a draining server asked for', () => {
    random = 0;
    const made = connection();
    made.start();
    last().opens();
    made.holdOff(3_000);
    last().loses(1001);
    vi.advanceTimersByTime(2_900);
    expect(wires).toHaveLength(1);
    vi.advanceTimersByTime(200);
    expect(wires).toHaveLength(2);
  });

  it('ends when the seat is gone, and never comes back', () => {
    const made = connection();
    made.start();
    last().opens();
    last().loses(4403);
    vi.advanceTimersByTime(60_000);
    expect(made.state).toBe('ended');
    expect(wires).toHaveLength(1);
  });

  it('starts anew when it hears bytes that are no message', () => {
    connection().start();
    last().opens();
    last().onmessage?.({ data: new Uint8Array([0x0a, 0xff]).buffer } as MessageEvent);
    vi.advanceTimersByTime(300);
    expect(wires).toHaveLength(2);
  });
});
