import { describe, expect, it } from 'vitest'
import { headerValues } from '../../../src/contract/request/header-values.ts'

/** As in Node: alternating names and values. */
const valuesIn = (...rawHeaders: string[]) => headerValues({ rawHeaders }, 'host')

describe('the values of a header', () => {
  it('are all values in order, whatever the case of the name', () => {
    expect(valuesIn('Host', 'a', 'X', 'b', 'HOST', 'c', 'host', '')).toEqual(['a', 'c', ''])
  })

  it('are not those of a different header, nor of a value equal to the name', () => {
    expect(valuesIn('From', 'host', 'X-Host', 'b', 'hosts', 'c')).toEqual([])
    expect(valuesIn()).toEqual([])
  })
})
