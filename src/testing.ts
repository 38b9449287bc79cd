/** Starts a server for a test: the real one, on a real store in memory, on a free port of this machine. Works in any test runner. */
import { setImmediate } from 'node:timers/promises'
import type { Contract, ContractTypes, OperationId } from '#contract'
import { selectedScopes } from './accounts/contract-scopes.ts'
import { newUser } from './accounts/new-user.ts'
import { type Environment, readConfig } from './config/config.ts'
import { type CreatedServer, productOf } from './create-server.ts'
import { firstPartyClient } from './oauth/clients.ts'
import { beginSession } from './oauth/sessions.ts'
import { takenOperations } from './operations/taken-operations.ts'
import { closeServices, openServices, type Services } from './services.ts'
import { startServer } from './serving/server.ts'
import { type OwnAccess, ownAccess } from './store/own-data.ts'
import type { UserRow } from './store/user-row.ts'
import { createLog } from './telemetry/log.ts'
import { loggedFailure } from './telemetry/logged-failure.ts'

export interface TestServerOptions {
  /** As in the environment, which is not read. `DATABASE_URL` may name a database that the test has made. */
  readonly settings?: Environment
  /** The clock of the server, in milliseconds since 1970, before it is advanced. Default: `Date.now`. */
  readonly now?: () => number
}

export interface TestAccount {
  readonly userId: string
  readonly username: string
  readonly password: string
  /** An access token with all scopes of the account. */
  readonly token: string
}

export interface TestRequest extends RequestInit {
  /** Sent as `Authorization: Bearer`. */
  readonly token?: string
  /** Sent as a body of JSON. */
  readonly json?: unknown
  /** Returns a response with 500 as any other. Default: false. */
  readonly mayFail?: boolean
}

/** `Tables` are the types of the own tables. */
export interface TestServer<Tables = object> extends AsyncDisposable {
  /** `http://127.0.0.1:` and the port. */
  readonly url: string
  /**
   * Adds an account, which has logged in. `scopes` are names or patterns, such as `*` for all of the contract; without them, those of
   * a new account. Throws if the contract has no such scope, or if the username is taken.
   */
  account(account?: {
    readonly username?: string
    readonly scopes?: readonly string[]
  }): Promise<TestAccount>
  /**
   * An access token with exactly these scopes, of a new session. Without an account, of a new account that has no others. Throws if
   * the account does not have them.
   */
  token(scopes: readonly string[], account?: Pick<TestAccount, 'userId'>): Promise<string>
  /** The own tables, to add and to read what no operation does. */
  readonly db: OwnAccess<Tables>['db']
  /** Sends a request to a path of the server. Throws why the server failed rather than return a 500, unless `mayFail` is true. */
  fetch(path: string, request?: TestRequest): Promise<Response>
  readonly clock: {
    /** In milliseconds since 1970. */
    now(): number
    /** By milliseconds. What the server does in certain intervals, such as deletions, keeps to the real time. */
    advance(ms: number): void
  }
  /** The log of the server, a line of JSON for each event: it has the cause of a 500. */
  log(): string
  /** Stops the server, and throws its data away. */
  close(): Promise<void>
}

/** For many short tests. */
const defaults: Environment = {
  PORT: '0',
  DATABASE_URL: ':memory:',
  CHECK_REPLIES: 'on',
  // Its keys are made in a millisecond.
  SIGNING_ALG: 'EdDSA',
  ACCOUNT_WRITES_PER_MINUTE: '1000000',
  HASH_WAIT_SECONDS: '600',
}

/** A fraction of the work of the lowest BCRYPT_COST. */
const quickHashing = { bcryptCost: 4, hashThreads: 1 }

const password = 'a password of test accounts'

/**
 * Starts what `createServer` has made. Each reply is checked against the contract. Rejects as `listen` does.
 *
 *     await using server = await testServer(notes)
 *     const token = await server.token(['notes:write'])
 *     const response = await server.fetch('/notes', { method: 'POST', token, json: { text: 'milk' } })
 */
export async function testServer<Tables = object>(
  server: CreatedServer,
  { settings = {}, now = Date.now }: TestServerOptions = {},
): Promise<TestServer<Tables>> {
  const config = { ...readConfig({ ...defaults, ...settings }), ...quickHashing }
  const lines: string[] = []
  const log = createLog(config, { write: (line) => void lines.push(line) })
  let advanced = 0
  const clock = {
    now: () => now() + advanced,
    advance: (ms: number) => {
      advanced += ms
    },
  }
  const { url, services, stop } = await startServer({
    config,
    product: productOf(server),
    log,
    now: clock.now,
  })
  let accounts = 0
  let closed: Promise<void> | undefined
  let passwordHash: Promise<string> | undefined

  async function add(username: string, patterns: readonly string[] = services.defaultScopes) {
    passwordHash ??= services.passwords.hash(password)
    const about = { place: 'account', owner: 'the contract' }
    const scopes = selectedScopes(services.scopes, patterns, about)
    const user = newUser({ username, scopes, passwordHash: await passwordHash }, clock.now())
    if (!(await services.store.users.add(user)))
      throw new Error(`the username ${username} is taken`)
    return user
  }
  const nextName = () => `test-user-${++accounts}`
  const close = () => {
    closed ??= stop()
    return closed
  }

  return {
    url,
    clock,
    db: ownAccess<Tables>(services.store).db,
    async account({ username = nextName(), scopes } = {}) {
      const user = await add(username, scopes)
      return { userId: user.userId, username, password, token: await logIn(services, user) }
    },
    async token(scopes, account) {
      const user = account
        ? await services.store.users.byId(account.userId)
        : await add(nextName(), scopes)
      if (!user) throw new Error('the account is deleted')
      const about = { place: 'token', owner: `the account ${user.username}` }
      return await logIn(services, user, selectedScopes(user.scopes, scopes, about))
    },
    async fetch(path, { token, json, mayFail = false, ...init } = {}) {
      const headers = new Headers(init.headers)
      if (token !== undefined) headers.set('authorization', `Bearer ${token}`)
      if (json !== undefined && !headers.has('content-type'))
        headers.set('content-type', 'application/json')
      const body = json === undefined ? {} : { body: JSON.stringify(json) }
      const response = await fetch(`${url}${path}`, { ...init, headers, ...body })
      if (response.status !== 500 || mayFail) return response
      await response.body?.cancel()
      // The line is written when the response has been sent.
      await setImmediate()
      const why = loggedFailure(lines, response.headers.get('x-request-id'))
      throw new Error(`The server failed: ${why ?? 'its log has no cause: raise LOG_LEVEL'}`)
    },
    log: () => lines.join(''),
    close,
    [Symbol.asyncDispose]: close,
  }
}

/**
 * The operations of the contract with built-in handlers, whose tests are Tessera's: `untested` of `contractTests`. An operation to
 * which the server gives a handler of its own is not among them. Rejects as `listen` does.
 *
 *     contractTests(contract, { untested: await builtInOperations(server, contract), … })
 */
export async function builtInOperations<C extends ContractTypes>(
  server: CreatedServer,
  contract: Contract<C>,
): Promise<OperationId<C>[]> {
  const config = { ...readConfig(defaults), ...quickHashing }
  const log = createLog(config, { write: () => {} })
  const product = productOf(server)
  const services = await openServices({ config, product, log, issuer: 'http://localhost' })
  try {
    const ids = new Set(takenOperations(services).taken)
    const isBuiltIn = (id: string): id is OperationId<C> => ids.has(id)
    return Object.keys(contract.operations).filter(isBuiltIn)
  } finally {
    await closeServices(services)
  }
}

/** Returns an access token. */
async function logIn(services: Services, user: UserRow, scopes = user.scopes): Promise<string> {
  const context = { headers: {}, ip: undefined }
  const begun = await beginSession(services, { user, client: firstPartyClient, scopes, context })
  if (!begun) throw new Error(`the account ${user.username} has changed`)
  return await services.accessTokens.issue(begun.session)
}
