import { describe, expect, it } from 'vitest'
import { headerValues } from '../../src/contract/header-values.ts'

/** As Node has them: names and values in turn. */
const valuesIn = (...rawHeaders: string[]) => headerValues({ rawHeaders }, 'host')

describe('the values of a header', () => {
  it('are all that were sent, in their order, whatever the letters of its name', () => {
    expect(valuesIn('Host', 'a', 'X', 'b', 'HOST', 'c', 'host', '')).toEqual(['a', 'c', ''])
  })

  it('are not those of another name, be it as long, or of a value that is called so', () => {
    expect(valuesIn('From', 'host', 'X-Host', 'b', 'hosts', 'c')).toEqual([])
    expect(valuesIn()).toEqual([])
  })
})
