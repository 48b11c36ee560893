/** The personal link of a seat, remembered for this tab only: it is as good as the seat itself. */
const keyOf = (seat: string) => `atelier-link-${seat}`;

export function rememberLink(seat: string, path: string): void {
  try {
    sessionStorage.setItem(keyOf(seat), path);
  } catch {
    // Without storage the link is not offered; the cookie still opens the seat.
  }
}
export function rememberedLink(seat: string): string | undefined {
  try {
    const path = sessionStorage.getItem(keyOf(seat));
    return path ? new URL(path, location.href).href : undefined;
  } catch {
    return undefined;
  }
}
