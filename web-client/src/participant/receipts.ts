/** Receipts of sealed ballots stay with the voter: the server does not keep whose they are. */
const keyOf = (seat: string, vote: string) => `atelier-receipt-${seat}-${vote}`;

export function keepReceipt(seat: string, vote: string, receipt: Uint8Array): string {
  const words = [...receipt].map((byte) => byte.toString(16).padStart(2, '0')).join('');
  try {
    localStorage.setItem(keyOf(seat, vote), words);
  } catch {
    // Shown once then; the ballot counts all the same.
  }
  return words;
}
export function receiptOf(seat: string, vote: string): string {
  try {
    return localStorage.getItem(keyOf(seat, vote)) ?? '';
  } catch {
    return '';
  }
}
