/** Unusual texts, the same in every run: what people paste, what programs garble, and what attackers try. */

const pieces = [
  ...['"', '\\', "'", '`', '<script>', '{{7*7}}', '%s%n', '../../etc/passwd', "' OR 1=1 --"],
  ...['\0', '\t', '\n', '\r\n', '\u001b[31m', '\u007f', '\u0085', '\u2028', '\ufeff', '\ufffd'],
  ...['é', 'ß', 'ﬁ', '字', '🦊', 'e\u0301', '\u202e', '\u200b', 'İ', '\u{10ffff}'],
  ...['__proto__', 'constructor', 'toString', 'hasOwnProperty', '[]', '[a]', '.', '~', '/', '//'],
  ...[
    '=',
    '&',
    ';',
    '+',
    ' ',
    '  ',
    '%',
    '%25',
    '%00',
    '?',
    '#',
    ':',
    '@',
    ',',
    'null',
    'NaN',
    '-1',
  ],
  ...['x'.repeat(300), 'é'.repeat(1100), '"'.repeat(50)],
]

/** `count` texts of one to five pieces. The generator is mulberry32. */
export function oddTexts(seed: number, count: number): string[] {
  let state = seed
  const below = (limit: number): number => {
    state = (state + 0x6d2b79f5) | 0
    let mixed = Math.imul(state ^ (state >>> 15), state | 1)
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61)
    return ((mixed ^ (mixed >>> 14)) >>> 0) % limit
  }
  const text = () =>
    Array.from({ length: 1 + below(5) }, () => pieces[below(pieces.length)] ?? '').join('')
  return Array.from({ length: count }, text)
}
