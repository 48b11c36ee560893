// A seeded generator of random numbers (xoshiro128**), so that a printed seed repeats a run.
export class Random {
  constructor (seed) {
    let state = seed >>> 0
    const splitmix = () => {
      state = (state + 0x9e3779b9) >>> 0
      let z = state
      z = Math.imul(z ^ (z >>> 16), 0x21f0aaad)
      z = Math.imul(z ^ (z >>> 15), 0x735a2d97)
      return (z ^ (z >>> 15)) >>> 0
    }
    this.s = [splitmix(), splitmix(), splitmix(), splitmix()]
  }

  u32 () {
    const s = this.s
    const rotl = (x, k) => ((x << k) | (x >>> (32 - k))) >>> 0
    const result = Math.imul(rotl(Math.imul(s[1], 5) >>> 0, 7), 9) >>> 0
    const t = (s[1] << 9) >>> 0
    s[2] ^= s[0]; s[3] ^= s[1]; s[1] ^= s[2]; s[0] ^= s[3]
    s[2] ^= t
    s[3] = rotl(s[3] >>> 0, 11)
    for (let i = 0; i < 4; i++) s[i] >>>= 0
    return result
  }

  /** 0 … n-1 */
  below (n) { return Math.floor(this.u32() / 4294967296 * n) }
  /** from … to, both included */
  between (from, to) { return from + this.below(to - from + 1) }
  chance (p) { return this.u32() / 4294967296 < p }
  pick (list) { return list[this.below(list.length)] }
  /** Picks from [[weight, value], …]. */
  weighted (table) {
    let at = this.below(table.reduce((sum, [weight]) => sum + weight, 0))
    for (const [weight, value] of table) { if (at < weight) return value; at -= weight }
  }

  shuffle (list) {
    for (let i = list.length - 1; i > 0; i--) { const j = this.below(i + 1); [list[i], list[j]] = [list[j], list[i]] }
    return list
  }
}
