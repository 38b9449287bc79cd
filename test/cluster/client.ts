/** An honest client of one account: it repeats what was not acknowledged, and verifies what was. */
import type { Chance } from '../faults/chance.ts'
import { type Tokens, tokensIn } from '../faults/fault-server.ts'
import type { Answer, Sender } from './attempts.ts'

export interface Client {
  /** Makes one change; resolves when it is acknowledged. */
  change(): Promise<unknown>
  /** The acknowledged changes that are lost, and the sessions that ended although nobody ended them. */
  violations(): Promise<string[]>
  /** The number of acknowledged changes. */
  acknowledged(): number
}

/** With the newest tokens that the client was given. */
interface Session {
  tokens: Tokens
}

const password = 'a cluster of correct horses'
const maxSessions = 4

export async function createClient(
  name: string,
  { below, pick }: Chance,
  { send }: Sender,
): Promise<Client> {
  const sessions: Session[] = []
  const revoked: Tokens[] = []
  const items = new Set<string>()
  const removed = new Set<string>()
  const faults: string[] = []
  let count = 0
  let lastItem = 0
  const changes = [addItem, addItem, removeItem, refresh, refresh, refresh, logIn, logOut]

  await isAcknowledged(
    await send('POST', '/users', { json: { username: name, password } }),
    201,
    409,
  )
  await logIn()

  return {
    acknowledged: () => count,
    change: () => (sessions.length === 0 ? logIn() : (pick(changes) ?? logIn)()),
    async violations() {
      for (const session of sessions.slice()) await verifySession(session)
      for (const tokens of revoked) await verifyRevoked(tokens)
      await verifyItems()
      return faults.splice(0).map((fault) => `${name}: ${fault}`)
    },
  }

  /** A repeated request may find that an earlier try was successful: the response then has the status `done`. */
  function isAcknowledged(
    { status, tries, text }: Answer,
    success: number,
    done = success,
  ): boolean {
    if (status === success || (status === done && tries > 1)) count += 1
    else faults.push(`try ${tries} returned ${status} ${text}`)
    return status === success || (status === done && tries > 1)
  }

  async function logIn(): Promise<void> {
    if (sessions.length === maxSessions) return await logOut()
    const response = await send('POST', '/token', { form: { username: name, password } })
    if (isAcknowledged(response, 200)) sessions.push({ tokens: tokensIn(response) })
  }

  async function logOut(): Promise<void> {
    const [session] = sessions.splice(below(sessions.length), 1)
    if (!session) return await logIn()
    const response = await send('POST', '/revoke', { form: { token: session.tokens.refresh } })
    if (isAcknowledged(response, 200)) revoked.push(session.tokens)
  }

  async function refresh(session = pick(sessions)): Promise<void> {
    if (!session) return
    const form = { grant_type: 'refresh_token', refresh_token: session.tokens.refresh }
    const response = await send('POST', '/token', { form })
    if (isAcknowledged(response, 200)) session.tokens = tokensIn(response)
    else sessions.splice(sessions.indexOf(session), 1)
  }

  async function addItem(): Promise<void> {
    const id = `${name}-${lastItem++}`
    const asked = { token: anyToken(), json: { item_id: id } }
    if (isAcknowledged(await send('POST', '/users/me/items', asked), 201, 409)) items.add(id)
  }

  async function removeItem(): Promise<void> {
    const id = pick([...items])
    if (id === undefined) return
    const response = await send('DELETE', `/users/me/items/${id}`, { token: anyToken() })
    if (!isAcknowledged(response, 204, 404)) return
    items.delete(id)
    removed.add(id)
  }

  function anyToken(): string {
    return pick(sessions)?.tokens.access ?? ''
  }

  async function verifySession(session: Session): Promise<void> {
    const { status } = await send('GET', '/users/me', { token: session.tokens.access })
    if (status !== 200) faults.push(`the access token of a session returned ${status}`)
    await refresh(session)
  }

  async function verifyRevoked({ access, refresh: token }: Tokens): Promise<void> {
    const read = await send('GET', '/users/me', { token: access })
    const form = { grant_type: 'refresh_token', refresh_token: token }
    const refreshed = await send('POST', '/token', { form })
    if (read.status !== 401 || refreshed.status !== 400)
      faults.push(`a revoked session returned ${read.status}, and ${refreshed.status} to a refresh`)
  }

  async function verifyItems(): Promise<void> {
    if (sessions.length === 0) await logIn()
    const there = await listedItems()
    for (const id of items) if (!there.has(id)) faults.push(`${id} is lost`)
    for (const id of removed) if (there.has(id)) faults.push(`${id} exists again`)
    for (const id of there) if (!items.has(id)) faults.push(`${id} was never added`)
  }

  async function listedItems(): Promise<Set<string>> {
    const found = new Set<string>()
    for (let path: string | undefined = '/users/me/items?limit=100'; path; ) {
      const { text, headers }: Answer = await send('GET', path, { token: anyToken() })
      for (const { item_id } of JSON.parse(text)) found.add(item_id)
      path = /^<([^>]+)>/.exec(headers.get('link') ?? '')?.[1]
    }
    return found
  }
}
