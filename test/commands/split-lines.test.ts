import { describe, expect, it } from 'vitest'
import { decoded, splitLines } from '../../src/commands/split-lines.ts'

async function* pieces(bytes: Buffer, size: number): AsyncGenerator<Buffer> {
  for (let at = 0; at < bytes.length; at += size) yield bytes.subarray(at, at + size)
}

const linesIn = (text: string, size: number) =>
  Array.fromAsync(splitLines(decoded(pieces(Buffer.from(text), size), 'it')))

describe('splitLines', () => {
  it.each([1, 2, 3, 5, 1000])('reads whole lines from chunks of %i bytes', async (size) => {
    const lines = ['äöü 🦊', '', 'in\u2028one\rline', 'the last']
    expect(await linesIn(lines.join('\n'), size)).toEqual(lines)
    expect(await linesIn(`${lines.join('\n')}\n`, size)).toEqual(lines)
  })

  it('replaces invalid UTF-8, at the end too', async () => {
    const cut = Buffer.from('a\nä').subarray(0, -1)
    const lines = splitLines(decoded(pieces(cut, 2), 'it'))
    expect(await Array.fromAsync(lines)).toEqual(['a', '\uFFFD'])
  })

  it('names the stream that cannot be read', async () => {
    const broken = new ReadableStream<Buffer>({ start: (c) => c.error(new Error('EIO')) })
    await expect(Array.fromAsync(decoded(broken, 'it'))).rejects.toThrow('cannot read it')
  })
})
