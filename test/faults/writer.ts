/** Somebody who writes all the time, and remembers what the server has promised him: every answer of success is a promise. */
import type { Chance } from './chance.ts'
import { type Answer, ask, type Tokens, tokensIn } from './fault-server.ts'

export interface Writer {
  /** Makes one change. Throws where it is refused, which no change here is to be. False where it is in doubt: the promises are to be looked at then. */
  write(url: string): Promise<boolean>
  /** The promises that are not kept. What was in doubt is settled. */
  broken(url: string): Promise<string[]>
  /** The changes that were acknowledged. */
  promises(): number
}

/** `undefined` is in doubt: the answer has not come. */
interface Session {
  tokens: Tokens
  /** Both tokens are good until it ends. */
  ended: boolean | undefined
  /** The access token alone was revoked. */
  revoked: boolean | undefined
}

interface PasswordChange {
  readonly next: string
  /** They are to end with the change, all or none. */
  readonly others: readonly Session[]
}

/** Whether it is unknown then if the change has been made. */
export type IsDoubt = (answer: Answer | undefined) => boolean

const noAnswer: IsDoubt = (answer) => answer === undefined

export function createWriter(
  username: string,
  { below, pick }: Chance,
  isDoubt: IsDoubt = noAnswer,
): Writer {
  let registered = false
  let password = newPassword()
  let replaced: string | undefined
  let change: PasswordChange | undefined
  let promised = 0
  let lastItem = 0
  const sessions: Session[] = []
  const items = new Map<string, boolean | undefined>()

  const usable = () => sessions.filter(({ ended, revoked }) => ended === false && revoked === false)
  const changes = [logIn, addItem, addItem, removeItem, refresh, logOut, revoke, endSession]

  return {
    promises: () => promised,

    async write(url) {
      if (!registered) return await register(url)
      if (usable().length === 0) return await logIn(url)
      // One in twelve: it ends nearly all the sessions.
      return await (below(12) === 0 ? changePassword(url) : (pick(changes) ?? logIn)(url))
    },

    async broken(url) {
      if (!registered) return []
      const faults = await brokenPassword(url)
      for (const session of sessions) faults.push(...(await brokenSession(url, session)))
      faults.push(...(await brokenItems(url)))
      return faults.map((fault) => `${username}: ${fault}`)
    },
  }

  function newPassword(): string {
    return `a fault of ${Array.from({ length: 4 }, () => below(2 ** 24).toString(36)).join(' ')}`
  }

  /** Whether the answer has come. It must be one of success. */
  function kept(answer: Answer | undefined, what: string): answer is Answer {
    if (isDoubt(answer)) return false
    if (!answer || answer.status >= 300)
      throw new Error(`${username}: ${what} was answered ${answer?.status} ${answer?.text}`)
    promised += 1
    return true
  }

  async function register(url: string): Promise<boolean> {
    const answer = await ask(url, 'POST', '/users', { json: { username, password } })
    // It may have been made just before the server went.
    registered = answer?.status === 409 || kept(answer, 'the registration')
    return registered
  }

  async function logIn(url: string): Promise<boolean> {
    const answer = await ask(url, 'POST', '/token', { form: { username, password } })
    if (!kept(answer, 'the login')) return false
    sessions.push({ tokens: tokensIn(answer), ended: false, revoked: false })
    return true
  }

  async function addItem(url: string): Promise<boolean> {
    const itemId = `item-${lastItem++}`
    items.set(itemId, undefined)
    const answer = await as(url, 'POST', '/users/me/items', { item_id: itemId })
    if (!kept(answer, `adding ${itemId}`)) return false
    items.set(itemId, true)
    return true
  }

  async function removeItem(url: string): Promise<boolean> {
    const itemId = pick([...items.keys()].filter((id) => items.get(id)))
    if (itemId === undefined) return true
    items.set(itemId, undefined)
    const answer = await as(url, 'DELETE', `/users/me/items/${itemId}`)
    if (!kept(answer, `removing ${itemId}`)) return false
    items.set(itemId, false)
    return true
  }

  /** Repeated after the restart, it must be answered: the token that was presented is good, or its successor is given again. */
  async function refresh(url: string): Promise<boolean> {
    const session = pick(usable())
    if (!session) return true
    const form = { grant_type: 'refresh_token', refresh_token: session.tokens.refresh }
    const answer = await ask(url, 'POST', '/token', { form })
    if (!kept(answer, 'the refresh')) return false
    session.tokens = tokensIn(answer)
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
    const answer = await ask(url, 'POST', '/revoke', { form: { token: session.tokens.access } })
    if (!kept(answer, 'the revocation')) return false
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
    end: () => Promise<Answer | undefined>,
  ): Promise<boolean> {
    for (const session of those) session.ended = undefined
    if (!kept(await end(), 'ending a session')) return false
    for (const session of those) session.ended = true
    return true
  }

  async function changePassword(url: string): Promise<boolean> {
    const [keeping, ...rest] = usable()
    const token = keeping?.tokens.access ?? ''
    const others = [...rest, ...sessions.filter((each) => each.ended === false && each.revoked)]
    change = { next: newPassword(), others }
    const json = { current_password: password, new_password: change.next }
    const { next } = change
    const changed = await ending(others, () =>
      ask(url, 'PUT', '/users/me/password', { token, json }),
    )
    if (!changed) return false
    replaced = password
    password = next
    change = undefined
    return true
  }

  function as(url: string, method: string, path: string, json?: object) {
    const token = pick(usable())?.tokens.access ?? ''
    return ask(url, method, path, json ? { token, json } : { token })
  }

  async function brokenPassword(url: string): Promise<string[]> {
    const faults: string[] = []
    const opens = async (secret: string) =>
      (await ask(url, 'POST', '/token', { form: { username, password: secret } }))?.status === 200
    if (change) {
      const happened = await opens(change.next)
      for (const session of change.others) {
        const { status } = await reading(url, session)
        if (session.revoked === false && (status === 401) !== happened)
          faults.push(
            `a half of a password change: ${status} where it ${happened ? 'was made' : 'was not'}`,
          )
        session.ended = happened
      }
      if (happened) replaced = password
      if (happened) password = change.next
      change = undefined
    }
    if (!(await opens(password))) faults.push('the password is not the one that was acknowledged')
    if (replaced !== undefined && (await opens(replaced)))
      faults.push('a password that was replaced is good again')
    return faults
  }

  async function brokenItems(url: string): Promise<string[]> {
    if (!(await logIn(url))) return ['no login']
    const there = await itemsOf(url, sessions.at(-1)?.tokens.access ?? '')
    const faults = [...there]
      .filter((id) => !items.has(id))
      .map((id) => `${id} was never asked for`)
    for (const [id, isPromised] of items) {
      if (isPromised !== undefined && isPromised !== there.has(id))
        faults.push(`${id} ${isPromised ? 'is lost' : 'is back'}`)
      if (there.has(id)) items.set(id, true)
      else items.delete(id)
    }
    return faults
  }

  async function itemsOf(url: string, token: string): Promise<Set<string>> {
    const found = new Set<string>()
    for (let path: string | undefined = '/users/me/items?limit=100'; path; ) {
      const answer = await ask(url, 'GET', path, { token })
      if (answer?.status !== 200)
        throw new Error(`${username}: the items were answered ${answer?.status}`)
      for (const { item_id } of JSON.parse(answer.text)) found.add(item_id)
      path = /^<([^>]+)>/.exec(answer.headers.get('link') ?? '')?.[1]
    }
    return found
  }

  async function brokenSession(url: string, session: Session): Promise<string[]> {
    const { status, text } = await reading(url, session)
    if (status !== 200 && status !== 401) return [`a token was answered ${status} ${text}`]
    const { ended, revoked } = session
    const inDoubt = ended === undefined || revoked === undefined
    // What was in doubt is settled by what is seen.
    if (inDoubt && ended === undefined) session.ended = status === 401
    if (inDoubt && revoked === undefined) session.revoked = status === 401
    if (inDoubt) return []
    const isGood = !ended && !revoked
    if (isGood === (status === 200)) return []
    return [isGood ? 'a session is lost' : 'a token that was revoked is good again']
  }

  async function reading(url: string, { tokens }: Session): Promise<Answer> {
    const answer = await ask(url, 'GET', '/users/me', { token: tokens.access })
    if (!answer) throw new Error(`${username}: no answer`)
    return answer
  }
}

function claimsOf(token: string): { sid: string } {
  return JSON.parse(Buffer.from(token.split('.')[1] ?? '', 'base64url').toString())
}
