/**
 * Whether a password is little more than what everybody tries: common passwords, runs along the alphabet, the digits or a keyboard,
 * and the account's own name, put together. An estimate of the guesses it takes, in a few milliseconds at the most.
 */

/** Fewer guesses than ten to the power of this are few. */
const fewGuesses = 9
/** What is longer is not looked at. */
const mostCharacters = 64
const shortestPiece = 3

const alphabet = 'abcdefghijklmnopqrstuvwxyz'
const digits = '0123456789'
const ways = [
  alphabet + alphabet,
  digits + digits + digits,
  'qwertyuiop[]asdfghjkl;zxcvbnm,./',
  'qwertyuiopasdfghjklzxcvbnm',
  'qwertzuiopasdfghjklyxcvbnm',
  'azertyuiopqsdfghjklmwxcvbn',
  '1qaz2wsx3edc4rfv5tgb6yhn7ujm8ik,9ol.0p;/',
  'qazwsxedcrfvtgbyhnujmikolp',
  '1q2w3e4r5t6y7u8i9o0p',
  '!@#$%^&*()_+',
]
const reversed = (way: string) => [...way].reverse().join('')
const runs = [...ways, ...ways.map(reversed)].join('\n')

/** Of a piece. A run has none, nor what repeats what stands before it. */
type Kind = 'name' | 'word' | 'character'

/** A way to write the beginning of a password: the power of ten of its guesses, and what it is made of. */
interface Cover {
  readonly guesses: number
  /** The last piece, and the cover of what is before it. */
  readonly kind?: Kind | undefined
  readonly before?: Cover
}

export interface Known {
  /** The place of each common password, the most common first; nothing where it is none. */
  readonly rankOf: (word: string) => number | undefined
  /** The account's own names, in lower case. */
  readonly names: ReadonlySet<string>
}

/** Why it is guessed, as the end of a sentence; nothing where it takes many guesses. `text` in lower case. */
export function guessableFault(text: string, known: Known): string | undefined {
  const characters = [...text]
  if (characters.length > mostCharacters) return undefined
  const cover = cheapestCover(characters, known)
  if (cover.guesses >= fewGuesses) return undefined
  const kinds = kindsIn(cover)
  if (kinds.has('name')) return 'is little more than the name of the account'
  if (!kinds.has('word') && !kinds.has('character'))
    return 'is a run along the alphabet, the digits or a keyboard'
  return 'is little more than common passwords and runs put together'
}

function cheapestCover(characters: readonly string[], known: Known): Cover {
  const text = characters.join('')
  const covers: Cover[] = [{ guesses: 0 }]
  const improve = (from: number, to: number, guesses: number, kind?: Kind) => {
    const before = covers[from]
    const best = covers[to]?.guesses ?? Number.POSITIVE_INFINITY
    if (!before || before.guesses + guesses >= best) return
    covers[to] = { guesses: before.guesses + guesses, kind, before }
  }
  for (const [from, character] of characters.entries()) {
    improve(from, from + 1, guessesOfCharacter(character), 'character')
    let isRun = true
    let piece = ''
    for (let to = from + 1; to <= characters.length; to += 1) {
      piece += characters[to - 1]
      isRun &&= runs.includes(piece) || isRepeat(piece)
      if (to - from < shortestPiece) continue
      if (isRun) improve(from, to, 2)
      if (isAgain(text, from, piece)) improve(from, to, 0.5)
      if (known.names.has(piece)) improve(from, to, 0, 'name')
      const rank = known.rankOf(piece)
      if (rank !== undefined) improve(from, to, Math.log10(rank + 1), 'word')
    }
  }
  return covers[characters.length] ?? { guesses: 0 }
}

function kindsIn(cover: Cover): ReadonlySet<Kind | undefined> {
  const kinds = new Set<Kind | undefined>()
  for (let at: Cover | undefined = cover; at; at = at.before) kinds.add(at.kind)
  return kinds
}

/** What is beyond ASCII is chosen among thousands. */
function guessesOfCharacter(character: string): number {
  if (/[0-9]/.test(character)) return 1
  if (/[a-z]/.test(character)) return Math.log10(26)
  return /[\x20-\x7E]/.test(character) ? Math.log10(33) : 4
}

/** Whether it repeats what stands before it. */
function isAgain(text: string, from: number, piece: string): boolean {
  if (from < piece.length || !/^[\x20-\x7E]+$/.test(piece)) return false
  return text.startsWith(piece, from - piece.length)
}

function isRepeat(piece: string): boolean {
  return /^([\x20-\x7E])\1*$/.test(piece)
}
