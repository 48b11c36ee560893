import { encode } from 'uqr';

/** The path of an SVG (one unit a module, a margin of 2 around it) that shows `text` as a QR code. */
export function qrPath(text: string): { path: string; size: number } {
  const { data, size } = encode(text, { border: 2, ecc: 'M' });
  let path = '';
  data.forEach((row, y) => {
    row.forEach((dark, x) => {
      if (dark) path += `M${x} ${y}h1v1h-1z`;
    });
  });
  return { path, size };
}

/** What the seat may know of its meeting beside the live state. */
export interface SeatMeeting {
  id: string;
  title: string;
  join_code?: string;
  origin_ms?: number;
  time_ms?: number;
}

/** Asks until the server answers; undefined where it does not want to say. */
export async function seatMeeting(seat: string): Promise<SeatMeeting | undefined> {
  const response = await fetch(`/s/${seat}/meeting`, { credentials: 'same-origin' });
  return response.ok ? ((await response.json()) as SeatMeeting) : undefined;
}

/** "ABCDE 12345": in two halves, as people read it aloud. */
export function spacedCode(code: string): string {
  return code.length > 6 ? `${code.slice(0, code.length / 2)} ${code.slice(code.length / 2)}` : code;
}
