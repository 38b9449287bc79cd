/** A user who writes continuously, and verifies that every change that the server acknowledged is durable. */
import type { Chance } from './chance.ts'
import { ask, type HttpResponse, type Tokens, tokensIn } from './fault-server.ts'

export interface Writer {
  /** Makes one change. Throws if it is rejected. False if it is unknown whether it was made: call `violations` then. */
  write(url: string): Promise<boolean>
  /** The acknowledged changes that are lost. Resolves the unknown ones. */
  violations(url: string): Promise<string[]>
  /** The number of acknowledged changes. */
  acknowledged(): number
}

/** `undefined` is unknown: the response is missing. */
interface Session {
  tokens: Tokens
  /** Both tokens are valid until the session ends. */
  ended: boolean | undefined
  /** Only the access token was revoked. */
  revoked: boolean | undefined
}

interface PasswordChange {
  readonly next: string
  /** The sessions that the change ends: all or none. */
  readonly others: readonly Session[]
}

/** Whether it is unknown, after this response, if the change was made. */
export type IsDoubt = (response: HttpResponse | undefined) => boolean

const noResponse: IsDoubt = (response) => response === undefined

export function createWriter(
  username: string,
  { below, pick }: Chance,
  isDoubt: IsDoubt = noResponse,
): Writer {
  let registered = false
  let password = newPassword()
  let replaced: string | undefined
  let change: PasswordChange | undefined
  let count = 0
  let lastItem = 0
  const sessions: Session[] = []
  const items = new Map<string, boolean | undefined>()

  const usable = () => sessions.filter(({ ended, revoked }) => ended === false && revoked === false)
  const changes = [logIn, addItem, addItem, removeItem, refresh, logOut, revoke, endSession]

  return {
    acknowledged: () => count,

    async write(url) {
      if (!registered) return await register(url)
      if (usable().length === 0) return await logIn(url)
      // Seldom, because it ends nearly all sessions.
      return await (below(12) === 0 ? changePassword(url) : (pick(changes) ?? logIn)(url))
    },

    async violations(url) {
      if (!registered) return []
      const faults = await passwordViolations(url)
      for (const session of sessions) faults.push(...(await sessionViolations(url, session)))
      faults.push(...(await itemViolations(url)))
      return faults.map((fault) => `${username}: ${fault}`)
    },
  }

  function newPassword(): string {
    return `a fault of ${Array.from({ length: 4 }, () => below(2 ** 24).toString(36)).join(' ')}`
  }

  /** False if there is no response. Throws if it is not a success. */
  function isAcknowledged(
    response: HttpResponse | undefined,
    what: string,
  ): response is HttpResponse {
    if (isDoubt(response)) return false
    if (!response || response.status >= 300)
      throw new Error(`${username}: ${what} returned ${response?.status} ${response?.text}`)
    count += 1
    return true
  }

  async function register(url: string): Promise<boolean> {
    const response = await ask(url, 'POST', '/users', { json: { username, password } })
    // The account may have been created just before the server was killed.
    registered = response?.status === 409 || isAcknowledged(response, 'the registration')
    return registered
  }

  async function logIn(url: string): Promise<boolean> {
    const response = await ask(url, 'POST', '/token', { form: { username, password } })
    if (!isAcknowledged(response, 'the login')) return false
    sessions.push({ tokens: tokensIn(response), ended: false, revoked: false })
    return true
  }

  async function addItem(url: string): Promise<boolean> {
    const itemId = `item-${lastItem++}`
    items.set(itemId, undefined)
    const response = await as(url, 'POST', '/users/me/items', { item_id: itemId })
    if (!isAcknowledged(response, `adding ${itemId}`)) return false
    items.set(itemId, true)
    return true
  }

  async function removeItem(url: string): Promise<boolean> {
    const itemId = pick([...items.keys()].filter((id) => items.get(id)))
    if (itemId === undefined) return true
    items.set(itemId, undefined)
    const response = await as(url, 'DELETE', `/users/me/items/${itemId}`)
    if (!isAcknowledged(response, `removing ${itemId}`)) return false
    items.set(itemId, false)
    return true
  }

  /** After a restart a repeated refresh must succeed: the token is still valid, or its successor is returned again. */
  async function refresh(url: string): Promise<boolean> {
    const session = pick(usable())
    if (!session) return true
    const form = { grant_type: 'refresh_token', refresh_token: session.tokens.refresh }
    const response = await ask(url, 'POST', '/token', { form })
    if (!isAcknowledged(response, 'the refresh')) return false
    session.tokens = tokensIn(response)
    return true
  }

  async function logOut(url: string): Promise<boolean> {
    const session = pick(usable())
    if (!session) return true
    return await ending([session], () =>
      ask(url, 'POST', '/revoke', { form: { token: session.tokens.refresh } }),
    )
  }

  async function revoke(url: string): Promise<boolean> {
    const session = pick(usable())
    if (!session) return true
    session.revoked = undefined
    const response = await ask(url, 'POST', '/revoke', { form: { token: session.tokens.access } })
    if (!isAcknowledged(response, 'the revocation')) return false
    session.revoked = true
    return true
  }

  async function endSession(url: string): Promise<boolean> {
    const session = pick(usable())
    if (!session) return true
    const { sid } = claimsOf(session.tokens.access)
    return await ending([session], () =>
      ask(url, 'DELETE', `/users/me/sessions/${sid}`, { token: session.tokens.access }),
    )
  }

  async function ending(
    those: readonly Session[],
    end: () => Promise<HttpResponse | undefined>,
  ): Promise<boolean> {
    for (const session of those) session.ended = undefined
    if (!isAcknowledged(await end(), 'ending a session')) return false
    for (const session of those) session.ended = true
    return true
  }

  async function changePassword(url: string): Promise<boolean> {
    const [current] = usable()
    const token = current?.tokens.access ?? ''
    const others = sessions.filter(({ ended }) => ended === false)
    change = { next: newPassword(), others }
    const json = { current_password: password, new_password: change.next }
    const { next } = change
    let response: HttpResponse | undefined
    const changed = await ending(others, async () => {
      response = await ask(url, 'PUT', '/users/me/password', { token, json })
      return response
    })
    if (!changed || !response) return false
    sessions.push({ tokens: tokensIn(response), ended: false, revoked: false })
    replaced = password
    password = next
    change = undefined
    return true
  }

  function as(url: string, method: string, path: string, json?: object) {
    const token = pick(usable())?.tokens.access ?? ''
    return ask(url, method, path, json ? { token, json } : { token })
  }

  async function passwordViolations(url: string): Promise<string[]> {
    const faults: string[] = []
    const opens = async (secret: string) =>
      (await ask(url, 'POST', '/token', { form: { username, password: secret } }))?.status === 200
    if (change) {
      const happened = await opens(change.next)
      for (const session of change.others) {
        const { status } = await reading(url, session)
        if (session.revoked === false && (status === 401) !== happened)
          faults.push(
            `a partial password change: ${status}, although the password ${happened ? 'has changed' : 'has not changed'}`,
          )
        session.ended = happened
      }
      if (happened) replaced = password
      if (happened) password = change.next
      change = undefined
    }
    if (!(await opens(password))) faults.push('the acknowledged password is not valid')
    if (replaced !== undefined && (await opens(replaced)))
      faults.push('a replaced password is valid again')
    return faults
  }

  async function itemViolations(url: string): Promise<string[]> {
    if (!(await logIn(url))) return ['no login']
    const there = await itemsOf(url, sessions.at(-1)?.tokens.access ?? '')
    const faults = [...there].filter((id) => !items.has(id)).map((id) => `${id} was never added`)
    for (const [id, isExpected] of items) {
      if (isExpected !== undefined && isExpected !== there.has(id))
        faults.push(`${id} ${isExpected ? 'is lost' : 'exists again'}`)
      if (there.has(id)) items.set(id, true)
      else items.delete(id)
    }
    return faults
  }

  async function itemsOf(url: string, token: string): Promise<Set<string>> {
    const found = new Set<string>()
    for (let path: string | undefined = '/users/me/items?limit=100'; path; ) {
      const response = await ask(url, 'GET', path, { token })
      if (response?.status !== 200)
        throw new Error(`${username}: reading the items returned ${response?.status}`)
      for (const { item_id } of JSON.parse(response.text)) found.add(item_id)
      path = /^<([^>]+)>/.exec(response.headers.get('link') ?? '')?.[1]
    }
    return found
  }

  async function sessionViolations(url: string, session: Session): Promise<string[]> {
    const { status, text } = await reading(url, session)
    if (status !== 200 && status !== 401) return [`a token returned ${status} ${text}`]
    const { ended, revoked } = session
    const inDoubt = ended === undefined || revoked === undefined
    // The response resolves what was unknown.
    if (inDoubt && ended === undefined) session.ended = status === 401
    if (inDoubt && revoked === undefined) session.revoked = status === 401
    if (inDoubt) return []
    const isValid = !ended && !revoked
    if (isValid === (status === 200)) return []
    return [isValid ? 'a session is lost' : 'a revoked token is valid again']
  }

  async function reading(url: string, { tokens }: Session): Promise<HttpResponse> {
    const response = await ask(url, 'GET', '/users/me', { token: tokens.access })
    if (!response) throw new Error(`${username}: no response`)
    return response
  }
}

function claimsOf(token: string): { sid: string } {
  return JSON.parse(Buffer.from(token.split('.')[1] ?? '', 'base64url').toString())
}
