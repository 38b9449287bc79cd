import { expect, it } from 'vitest'
import { cookiesIn, decodedCookie } from '../../../src/contract/request/cookies.ts'

it.each<[header: string, cookies: object]>([
  ['', {}],
  ['a=1', { a: '1' }],
  ['a=1; b=2;c=3', { a: '1', b: '2', c: '3' }],
  ['a=1; a=2', { a: '1' }],
  ['a="x y"; b=', { a: 'x y', b: '' }],
  ['a=x%20%C3%A9; c=a=b', { a: 'x%20%C3%A9', c: 'a=b' }],
  ['nothing; =x', { '': 'x' }],
])('cookiesIn reads %j', (header, cookies) => {
  expect(cookiesIn(header)).toEqual(cookies)
})

it('cookiesIn takes __proto__ as a name', () => {
  expect(Object.keys(cookiesIn('__proto__=x'))).toEqual(['__proto__'])
})

it.each([
  ['x%20%C3%A9', 'x é'],
  ['%ZZ', '%ZZ'],
])('decodedCookie decodes %j if it can', (text, decoded) => {
  expect(decodedCookie(text)).toBe(decoded)
})
