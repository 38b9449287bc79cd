/** A request whose head arrives now and whose body later. */
import { request } from 'node:http'
import { responseOf } from './raw-request.ts'
import type { TestServer } from './test-server.ts'

/** Sends the body, and resolves to the answer. */
export type Finish = () => Promise<Response>

/** Resolves when the server has looked at the token and waits for the body. */
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
  const answered = new Promise<Response>((answer, failed) => {
    sent.on('error', failed)
    sent.on('response', (response) => answer(responseOf(response)))
  })
  sent.flushHeaders()
  await checked
  return () => {
    sent.end(json)
    return answered
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
