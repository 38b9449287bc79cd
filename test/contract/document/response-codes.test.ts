import { describe, expect, it } from 'vitest'
import { bookContract } from '../books.ts'

const listing = (codes: string) =>
  bookContract(['description: Not now.\n', `description: Not now.\n      x-codes: ${codes}\n`])
    .operations

describe('x-codes', () => {
  it('are listed by status, of the operations whose responses have them [K25]', () => {
    const { addBook, readBook } = listing('[too_many, closed]')
    expect(addBook?.codes).toEqual({
      429: ['too_many', 'closed'],
      503: ['too_many', 'closed'],
    })
    expect(readBook).not.toHaveProperty('codes')
  })

  it.each(['too_many', '[]', '[429]', "['']", '{ too_many: Wait }'])(
    'must be a list of texts: %s',
    (codes) => {
      expect(() => listing(codes)).toThrow(
        "openapi.yaml#/paths/~1books/post/responses/429: addBook has x-codes in the response '429' that are not a list of texts",
      )
    },
  )

  it('must be of an error', () => {
    const success = () =>
      bookContract([
        '"204": { description: It is gone. }',
        '"204": { description: It is gone., x-codes: [gone] }',
      ])
    expect(success).toThrow(
      "/delete/responses/204: removeBook has x-codes in the response '204', which is no error",
    )
  })
})
