import { describe, expect, it } from 'vitest'
import { declaredTypeOf, essenceOf, isJson } from '../../../src/contract/document/media-type.ts'

describe('isJson', () => {
  it.each([
    'application/json',
    'Application/JSON; charset=utf-8',
    'application/vnd.a-b.c+json',
    'application/a+b!c+json',
  ])('is true for %s', (type) => expect(isJson(type)).toBe(true))
  it.each([
    'application/json-seq',
    'x-application/json',
    'text/json',
    'application/+json',
    'json',
    'application/*+json',
  ])('is false for %s', (type) => expect(isJson(type)).toBe(false))
})

describe('essenceOf', () => {
  it('removes parameters and lowers the case', () => {
    expect(essenceOf(' Text/HTML ; charset=utf-8')).toBe('text/html')
  })
})

describe('declaredTypeOf', () => {
  const declared = ['*/*', 'image/*', 'image/svg+xml', 'text/plain; charset=utf-8']
  it.each([
    ['image/svg+xml', 'image/svg+xml'],
    ['image/png', 'image/*'],
    ['audio/ogg', '*/*'],
    ['TEXT/plain', 'text/plain; charset=utf-8'],
  ])('of %s is %s', (type, found) => {
    expect(declaredTypeOf(declared, type)).toBe(found)
  })

  it('is the type itself, with its parameters, before one without or with others [K36]', () => {
    const versions = ['application/json;v=1', 'application/json;v=2']
    expect(declaredTypeOf(versions, 'application/json;v=2')).toBe('application/json;v=2')
    expect(declaredTypeOf(versions, 'application/json;v=3')).toBe('application/json;v=1')
  })

  it('is undefined for a type that none includes', () => {
    expect(declaredTypeOf(['image/*'], 'imagery/png')).toBeUndefined()
    expect(declaredTypeOf([], 'image/png')).toBeUndefined()
  })
})
