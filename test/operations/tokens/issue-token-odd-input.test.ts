import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { oddTexts } from '../../harness/odd-text.ts'
import { type TestServer, testServer } from '../../harness/test-server.ts'
import { postToken, validForm } from '../../harness/token-request.ts'

let server: TestServer
beforeAll(async () => {
  server = await testServer({ settings: { HASH_QUEUE: '1000', LOGIN_MAX_FAILURES: '10000' } })
})
afterAll(() => server.stop())

const encode = (text: string) => encodeURIComponent(text.toWellFormed())

const forms: Record<string, (odd: string) => string> = {
  username: (odd) => `username=${encode(odd)}&password=secret123`,
  password: (odd) => `username=johndoe&password=${encode(odd)}`,
  scope: (odd) => `${validForm}&scope=${encode(odd)}`,
  grant_type: (odd) => `grant_type=${encode(odd)}&username=johndoe&password=secret123`,
  client_id: (odd) => `${validForm}&client_id=${encode(odd)}`,
  client_secret: (odd) => `${validForm}&client_id=tessera&client_secret=${encode(odd)}`,
  'the name of a field': (odd) => `${validForm}&${encode(odd)}=1`,
  'the whole form': (odd) => odd.toWellFormed(),
}

/** What is wrong with a response to unusual input. */
async function faultOf(response: Response): Promise<string | undefined> {
  const text = await response.text()
  if (![200, 400, 401].includes(response.status)) return `${response.status} ${text}`
  if (response.status === 200) return undefined
  const { error, error_description } = JSON.parse(text)
  if (typeof error !== 'string') return `no error: ${text}`
  return /^[\x20-\x21\x23-\x5B\x5D-\x7E]{1,1000}$/.test(error_description) ? undefined : text
}

describe('POST /token with odd input', () => {
  it.each(Object.keys(forms))(
    'in %s responds in plain ASCII, without quotes or backslashes, and never with 500 [C7, C6]',
    async (field) => {
      const bodies = oddTexts(20_261_123, 60).map((odd) => forms[field]?.(odd) ?? '')
      const faults = await Promise.all(
        bodies.map(async (body) => faultOf(await postToken(server, body))),
      )
      expect(faults.filter((fault) => fault !== undefined)).toEqual([])
      expect(server.log()).not.toMatch(/"level":50/)
    },
  )

  it('in a query parameter, too [C7]', async () => {
    const faults = await Promise.all(
      oddTexts(7, 60).map(async (odd) => {
        const url = `${server.url}/token?${encode(odd)}=${encode(odd)}`
        return faultOf(await fetch(url, { method: 'POST', body: new URLSearchParams(validForm) }))
      }),
    )
    expect(faults.filter((fault) => fault !== undefined)).toEqual([])
  })
})
