import { describe, expect, it } from 'vitest'
import { parametersIn, pathOf, pathTexts } from '../../../src/contract/document/path-template.ts'

describe('parametersIn', () => {
  it.each<[template: string, names: readonly string[]]>([
    ['/books', []],
    ['/books/{book_id}', ['book_id']],
    ['/{owner}/{repo}/compare/{base}...{head}', ['owner', 'repo', 'base', 'head']],
  ])('of %s', (template, names) => {
    expect(parametersIn(template)).toEqual(names)
  })
})

describe('pathTexts', () => {
  it.each<[template: string, path: string, values: object]>([
    ['/books/{id}', '/books/a%2Fb', { id: 'a%2Fb' }],
    ['/compare/{base}...{head}', '/compare/v1.0...v2', { base: 'v1.0', head: 'v2' }],
    ['/files/{name}.{type}', '/files/a.tar.gz', { name: 'a', type: 'tar.gz' }],
    ['/{a}/x.y/{b}', '/1/x.y/2', { a: '1', b: '2' }],
    ['/x-{a}-{b}.json', '/x-1-2-3.json', { a: '1', b: '2-3' }],
    ['/x-{a}-{b}.json', '/x--1-2.json.json', { a: '-1', b: '2.json' }],
    ['/{__proto__}', '/x', JSON.parse('{"__proto__":"x"}')],
  ])('of %s in %s', (template, path, values) => {
    expect(pathTexts(template)(path)).toEqual(values)
  })
})

const paths = [
  ['/books', '/books'],
  ['/books/', '/books/'],
  ['/books?title=a/', '/books'],
  ['/books/?', '/books/'],
  ['/', '/'],
  ['/?', '/'],
  ['?a/', ''],
] as const

/** RFC 3986 §6.2.2: only what is unreserved means the same when it is decoded. */
const encoded = [
  ['/%62ooks/%7Euser/%2d%2E%5F', '/books/~user/-._'],
  ['/caf%c3%a9', '/caf%C3%A9'],
  ['/a%2fb/%3F%40%25%7b', '/a%2Fb/%3F%40%25%7B'],
  ['/100%/%4', '/100%/%4'],
] as const

describe('pathOf', () => {
  it.each(encoded)('has one text for %s [K45]', (url, path) => {
    expect(pathOf(url)).toBe(path)
    expect(pathOf(path)).toBe(path)
  })

  it.each(paths)('removes the query and nothing else: %s [S6]', (url, path) => {
    expect(pathOf(url)).toBe(path)
  })
})
