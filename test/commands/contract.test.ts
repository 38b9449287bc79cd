import { describe, expect, it } from 'vitest'
import { tessera } from '../harness/command.ts'

describe('tessera contract', () => {
  it('is the command of the contract layer, with its exit status [N14]', async () => {
    expect(await tessera(['contract', '--help'])).toMatchObject({
      status: 0,
      out: expect.stringMatching(/^Usage: tessera-contract generate/),
    })
    expect(await tessera(['contract', 'diff', 'openapi.yaml'])).toMatchObject({
      status: 0,
      out: 'nothing has changed\n',
    })
    expect(await tessera(['contract', 'diff', '--watch'])).toMatchObject({ status: 2 })
  })
})
