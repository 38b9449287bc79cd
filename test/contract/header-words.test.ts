import { describe, expect, it } from 'vitest'
import { type HeaderWords, headerWords, inWords } from '../../src/contract/header-words.ts'
import { ofNoSuchForm } from '../../src/contract/problem.ts'
import { BadRequest, type Fault, NotFound } from '../../src/contract/refusal.ts'
import { bookContract } from './books.ts'

const described = bookContract([
  '{ name: X-Shelf, in: header,',
  '{ name: X-Shelf, in: header, description: Letters only.,',
])

function wordsOf(id: string): HeaderWords {
  const operation = described.operations[id]
  if (!operation) throw new Error(`no operation ${id}`)
  return headerWords(described.document, operation)
}

describe('the words of an operation', () => {
  it('are the descriptions of its headers, by their names in lower case', () => {
    expect(Object.fromEntries(wordsOf('listBooks'))).toEqual({
      'x-row': '',
      'x-shelf': 'Letters only.',
    })
  })

  it('are none where its parameters are in the path or the query', () => {
    expect(wordsOf('readBook').size).toBe(0)
  })
})

describe('a refusal in these words', () => {
  const words = new Map([
    ['x-shelf', 'Letters only.'],
    ['x-row', ''],
    ['x-long', 'x'.repeat(2000)],
  ])
  const malformed = (pointer: string, part: Fault['in'] = 'header'): Fault => ({
    in: part,
    pointer,
    detail: ofNoSuchForm,
  })
  const inWordsOf = (...faults: Fault[]) =>
    inWords(new BadRequest('The request is invalid', { faults }), words)

  it('says of a malformed header what it should have been', () => {
    const refusal = inWordsOf(malformed('/X-Shelf'))
    expect(refusal).toBeInstanceOf(BadRequest)
    expect(refusal.message).toBe('The request is invalid')
    expect(refusal.faults).toEqual([
      { in: 'header', pointer: '/X-Shelf', detail: 'is malformed. Letters only.' },
    ])
  })

  it('says nothing else of a header without a description, of other faults, and of other parts', () => {
    const others: Fault[] = [
      malformed('/x-row'),
      malformed('/x-unknown'),
      malformed('/x-shelf', 'query'),
      { in: 'header', pointer: '/x-shelf', detail: 'is required' },
    ]
    const { faults } = inWordsOf(malformed('/x-shelf'), ...others)
    expect(faults.slice(1)).toEqual(others)
  })

  it('is no longer than the contract allows', () => {
    expect(inWordsOf(malformed('/x-long')).faults[0]?.detail).toHaveLength(1000)
  })

  it('is left as it is where no header is malformed', () => {
    const invalid = new BadRequest('The request is invalid', {
      faults: [malformed('/x-shelf', 'query')],
    })
    expect(inWords(invalid, words)).toBe(invalid)
    const missing = new NotFound()
    expect(inWords(missing, words)).toBe(missing)
  })
})
