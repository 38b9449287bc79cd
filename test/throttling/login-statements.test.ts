/** How many SQL statements a login executes, and in how many transactions. */
import { hashSync } from 'bcrypt'
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest'
import { digest } from '../../src/keys/secrets.ts'
import { firstPartyClient } from '../../src/oauth/clients.ts'
import { grantTypes } from '../../src/oauth/grants.ts'
import type { Services } from '../../src/services.ts'
import { addAccount, changeAccount, defaultPassword as right } from '../harness/accounts.ts'
import { type Cost, costOf, recordStatements } from '../harness/statements.ts'
import { type TestServer, testServer } from '../harness/test-server.ts'
import { postForm } from '../harness/token-request.ts'

interface Kind {
  readonly of?: 'an address' | 'an unknown name' | 'an unknown address'
  readonly account?: 'disabled' | 'without a password' | 'with an old hash'
  readonly on?: 'a server that sends mail'
  /** The passwords of earlier logins, in the same network unless they name another. */
  readonly after?: readonly (string | { readonly elsewhere: string })[]
  readonly password?: string
  readonly waits?: boolean
}

const afterFailure = { after: ['wrong'] }

/** Statements, writes and write transactions without a client. A registered client costs one read more. */
type Row = readonly [string, Kind, number, number, number]

const successful: readonly Row[] = [
  ['for the first time', {}, 6, 4, 2],
  ['from the network of an earlier one', { after: [right] }, 6, 4, 2],
  ['after a failure', afterFailure, 8, 6, 2],
  ['after an earlier one and failures', { after: [right, 'wrong', 'wrong', 'wrong 2'] }, 8, 6, 2],
  ['after failures elsewhere', { after: [{ elsewhere: 'wrong' }] }, 6, 4, 2],
  ['with an address', { of: 'an address', ...afterFailure }, 8, 6, 2],
  ['that waits for a thread', { waits: true, ...afterFailure }, 9, 6, 2],
  ['that renews the hash', { account: 'with an old hash', ...afterFailure }, 9, 7, 3],
  ['that queues a notice', { on: 'a server that sends mail', ...afterFailure }, 9, 7, 2],
]

const wrong = { password: 'wrong' }
const fourTimes = ['wrong 1', 'wrong 2', 'wrong 3', 'wrong 4']

const refused: readonly (readonly [...Row, number])[] = [
  ['with a wrong password', wrong, 5, 3, 1, 401],
  ['from the network of an earlier one', { after: [right], ...wrong }, 5, 3, 1, 401],
  ['with the same wrong password again', { ...afterFailure, ...wrong }, 5, 3, 1, 401],
  ['with an unknown name', { of: 'an unknown name', ...afterFailure }, 5, 3, 1, 401],
  ['with an address', { of: 'an address', ...wrong }, 5, 3, 1, 401],
  ['with an unknown address', { of: 'an unknown address', ...afterFailure }, 5, 3, 1, 401],
  ['of an account without a password', { account: 'without a password' }, 5, 3, 1, 401],
  ['of a disabled account', { account: 'disabled', ...afterFailure }, 5, 3, 1, 400],
  ['where mail is sent', { on: 'a server that sends mail', ...wrong }, 5, 3, 1, 401],
  ['that is the first one beyond the limit', { after: fourTimes }, 4, 2, 1, 429],
  ['that is a later one beyond it', { after: [...fourTimes, 'wrong 5'] }, 2, 0, 0, 429],
]

const clients = [
  { name: 'no client', form: {}, reads: 0 },
  { name: 'a public client', form: { client_id: 'app' }, reads: 1 },
  {
    name: 'a confidential client',
    form: { client_id: 'shop', client_secret: 'of the shop' },
    reads: 1,
  },
]

let server: TestServer
let mailing: TestServer
beforeAll(async () => {
  server = await serverWith({})
  mailing = await serverWith({ SMTP_URL: 'smtp://127.0.0.1:1', MAIL_FROM: 'no-reply@example.com' })
})
afterAll(() => Promise.all([server, mailing].map((each) => each.stop())))

describe.each(clients)('POST /token of $name executes', ({ form, reads }) => {
  it.each(successful)('at most 10 statements for a successful login %s', async (_, kind, ...of) => {
    const [statements, writes, writeTransactions] = of
    const cost = await costOfLogin(kind, form)
    expect(cost).toEqual({
      status: 200,
      statements: statements + reads,
      writes,
      writeTransactions,
    })
    expect(cost.statements).toBeLessThanOrEqual(10)
  })

  it.each(refused)('at most 6 statements for a refused login %s', async (_, kind, ...of) => {
    const [statements, writes, writeTransactions, status] = of
    const cost = await costOfLogin(kind, form)
    expect(cost).toEqual({ status, statements: statements + reads, writes, writeTransactions })
    expect(cost.statements).toBeLessThanOrEqual(6)
  })

  it('one statement more for a failed login that waits for a thread', async () => {
    const cost = await costOfLogin({ waits: true, ...wrong }, form)
    expect(cost).toEqual({
      status: 401,
      statements: 6 + reads,
      writes: 3,
      writeTransactions: 1,
    })
  })
})

/** Executes no statements of its own: its first purge is over, and its mails stay in the queue. */
async function serverWith(settings: Record<string, string>): Promise<TestServer> {
  const purged = Promise.withResolvers<void>()
  const prepare = async ({ store }: Services) => {
    const { purgeOwn } = store
    store.purgeOwn = async (now) => {
      await purgeOwn(now)
      purged.resolve()
    }
    store.mails.state = async () => ({ oldestAt: undefined, isDue: false })
  }
  const limits = { LOGIN_MAX_FAILURES: `${fourTimes.length}`, TRUST_PROXY: '127.0.0.1' }
  const made = await testServer({
    settings: { LOGIN_WITH: 'username,email', ...limits, ...settings },
    prepare,
  })
  const registered = { ...firstPartyClient, grants: grantTypes }
  const shop = { clientId: 'shop', secretHash: digest('of the shop'), scopes: ['me:read'] }
  await made.services.store.clients.add({ ...registered, clientId: 'app' })
  await made.services.store.clients.add({ ...registered, ...shop })
  await purged.promise
  return made
}

let count = 0

/** Of the last login, of a new account in a new network. */
async function costOfLogin(
  { of, account, on, after = [], password = right, waits = false }: Kind,
  client: Record<string, string>,
): Promise<Cost & { readonly status: number }> {
  const at = on ? mailing : server
  const number = count++
  const name = `person-${number}`
  const email = `${name}@example.com`
  await addPerson(at, name, account)
  await changeAccount(at, name, { email, emailVerified: true })
  const names = {
    'an address': email,
    'an unknown name': `no-${name}`,
    'an unknown address': `no-${email}`,
  }
  const logIn = (guess: string, network = `192.0.${number}.1`) => {
    const form = { username: of ? names[of] : name, password: guess, ...client }
    return postForm(at, '/token', form, { 'x-forwarded-for': network })
  }
  for (const each of after)
    await (typeof each === 'string' ? logIn(each) : logIn(each.elsewhere, `198.51.${number}.1`))
  const recorded = recordStatements()
  vi.clearAllMocks()
  const login = () => logIn(password)
  const { status } = await (waits ? whileThreadIsTaken(at, recorded, login) : login())
  return { status, ...costOf(recorded()) }
}

async function addPerson(
  at: TestServer,
  username: string,
  account: Kind['account'],
): Promise<void> {
  if (account === 'without a password') await addAccount(at, { username, passwordHash: '' })
  else if (account === 'with an old hash')
    await addAccount(at, { username, passwordHash: hashSync(right, 4) })
  else await addAccount(at, { username, disabled: account === 'disabled' })
}

/** The only thread is free once the login has read its budgets. */
async function whileThreadIsTaken<Result>(
  { services: { hashPool } }: TestServer,
  recorded: () => string[],
  logIn: () => Promise<Result>,
): Promise<Result> {
  const thread = await hashPool.acquireThread()
  const response = logIn()
  await expect.poll(() => recorded().some((sql) => / from "attempts" /.test(sql))).toBe(true)
  thread[Symbol.dispose]()
  return await response
}
