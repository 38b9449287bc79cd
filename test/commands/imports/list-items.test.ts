import { describe, expect, it } from 'vitest'
import { listItems } from '../../../src/commands/imports/list-items.ts'

async function* pieces(text: string, length: number): AsyncGenerator<string> {
  for (let at = 0; at < text.length; at += length) yield text.slice(at, at + length)
  yield ''
}

/** The items, and whether the list ended. */
async function itemsOf(text: string, member?: string, length = 1): Promise<unknown[]> {
  const items = listItems(pieces(text, length), member)
  const found: unknown[] = []
  for (;;) {
    const { value, done } = await items.next()
    if (done) return [...found, value]
    found.push(value === undefined ? 'too long' : JSON.parse(value))
  }
}

const texts = [
  { name: 'brackets ]}[{ in a text', more: [1, [2, { a: ',' }]] },
  { name: 'escapes \\ \\" " and \\\\', more: {} },
  {},
  'a text, with a comma',
  7,
  null,
]

describe('listItems', () => {
  it.each([1, 2, 3, 7, 1000])(
    'finds the items of a list in pieces of %i characters [K53]',
    async (length) => {
      expect(await itemsOf(JSON.stringify(texts), undefined, length)).toEqual([...texts, true])
      expect(await itemsOf(JSON.stringify(texts, null, 2), undefined, length)).toEqual([
        ...texts,
        true,
      ])
      const whole = { other: [[{ users: [1] }]], name: 'users', list: { users: [2] }, users: texts }
      expect(await itemsOf(JSON.stringify({ ...whole, after: [3] }), 'users', length)).toEqual([
        ...texts,
        true,
      ])
    },
  )

  it('finds none in an empty list [K53]', async () => {
    expect(await itemsOf(' [ ] ')).toEqual([true])
    expect(await itemsOf('{"users":[]}', 'users')).toEqual([true])
  })

  it('says that a list is missing or cut off [K53]', async () => {
    expect(await itemsOf('{"members":[{}]}', 'users')).toEqual([false])
    expect(await itemsOf('{"a":{"users":[{}]}}', 'users')).toEqual([false])
    expect(await itemsOf('[{"a":1},{"b":')).toEqual([{ a: 1 }, false])
    expect(await itemsOf('[{"a":1},{"b":"\\')).toEqual([{ a: 1 }, false])
  })

  it.each([1, 2, 5, 1000])(
    'reads documents that follow each other, in pieces of %i characters [K53]',
    async (length) => {
      expect(await itemsOf('[{"a":1}]\n[2][]\uFEFF [3]\n', undefined, length)).toEqual([
        { a: 1 },
        2,
        3,
        true,
      ])
      const users = '{"realm":{"users":[0]},"users":[1]}\r\n{"users":[2],"users":[3],"x":[[4]]}'
      expect(await itemsOf(users, 'users', length)).toEqual([1, 2, 3, true])
    },
  )

  it.each([
    ...['[1] garbage {{{', '[1],[2]', '[1]]', '[1]}', '[1}', '[1] "text"', '[1] {"a":2}', '[1] ['],
    '[1] 7',
  ])('says that what stands after a list is no list: %s [K53]', async (text) => {
    for (const length of [1, 2, 1000])
      expect((await itemsOf(text, undefined, length)).at(-1)).toBe(false)
  })

  it.each([
    ...['{"users":[1]} x', '{"users":[1]', '{"users":[1}}', '{"users":[1]]', '{"users":[1]}}'],
    ...['{"users":[1]}{"members":[2]}', '{"users":[1]}[2]', '{"users":[1]],"users":[2]}'],
    ...['{"users":[1]}"', '{"users":[1] x}', '{"users":[1] {"a":2}}', '{"users":[1]"x":[2]}'],
  ])('says that what stands after the object of a list is none: %s [K53]', async (text) => {
    for (const length of [1, 2, 1000])
      expect((await itemsOf(text, 'users', length)).at(-1)).toBe(false)
  })

  it('gives no text of an item over 1 MiB, and goes on after it [K53]', async () => {
    const long = 'x'.repeat(3 * 1024 * 1024)
    expect(await itemsOf(JSON.stringify([long, 1, long, 2]), undefined, 65_536)).toEqual([
      'too long',
      1,
      'too long',
      2,
      true,
    ])
  })
})
