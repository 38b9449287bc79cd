/** Sends the header section of a request first and its body later. */
import { request } from 'node:http'
import { responseOf } from './raw-request.ts'
import type { TestServer } from './test-server.ts'

/** Sends the body and returns the response. */
export type Finish = () => Promise<Response>

/** Resolves when the server has checked the token and waits for the body. */
export async function lateRequest(
  { url, services }: Pick<TestServer, 'url' | 'services'>,
  token: string,
  method: string,
  path: string,
  body: object,
): Promise<Finish> {
  const json = JSON.stringify(body)
  const headers = {
    authorization: `Bearer ${token}`,
    'content-type': 'application/json',
    'content-length': Buffer.byteLength(json),
  }
  const checked = nextCheck(services)
  const sent = request(`${url}${path}`, { method, headers, agent: false })
  const responded = new Promise<Response>((resolve, reject) => {
    sent.on('error', reject)
    sent.on('response', (response) => resolve(responseOf(response)))
  })
  sent.flushHeaders()
  await checked
  return () => {
    sent.end(json)
    return responded
  }
}

function nextCheck({ store: { sessions } }: TestServer['services']): Promise<void> {
  const { caller } = sessions
  return new Promise((checked) => {
    sessions.caller = async (...name) => {
      sessions.caller = caller
      const found = await caller(...name)
      checked()
      return found
    }
  })
}
