/** What the test kit must know of our own server. */
import type { Ask, ContractTestOptions, RequestToMake } from '#contract/vitest'
import { type Api, contract } from '../../generated/contract.ts'
import { demoClient } from '../../src/commands/demo-data.ts'
import { type TestServer, testServer } from '../harness/test-server.ts'
import { volatileFolder } from '../harness/volatile-folder.ts'
import { clientCredentials, type OwnCaller, ownCallers } from './own-caller.ts'

/** The number of requests made from the schemas of an operation, and what selects them. */
const { KIT_RUNS = '20', KIT_SEED = '1' } = process.env

let newCaller: () => Promise<OwnCaller>

async function start(): Promise<TestServer> {
  const settings = {
    REGISTRATION: 'open',
    PASSWORD_MIN_LENGTH: '8',
    LOGIN_MAX_FAILURES: '10000',
    HASH_QUEUE: '1000',
    LOG_LEVEL: 'error',
    SIGNING_ALG: 'EdDSA',
    MAIL_DIR: volatileFolder('mails-'),
  }
  const server = await testServer({ settings })
  newCaller = await ownCallers(server)
  return server
}

/** The first of two pages. */
async function listOfTwo(ask: Ask, caller: OwnCaller): Promise<void> {
  await caller.addItem()
  await caller.addItem()
  await ask({ query: { limit: 1 } })
}

const item = async (caller: OwnCaller) => ({ path: { item_id: await caller.itemId() } })
const neighbor = async (caller: OwnCaller) => ({ path: { user_id: await caller.neighborId() } })

/** The fields that a request has, with the values of the caller. */
function own({ body }: RequestToMake, fields: Readonly<Record<string, unknown>>) {
  const names = Object.keys(Object(body))
  return {
    body: Object.fromEntries(Object.entries(fields).filter(([name]) => names.includes(name))),
  }
}

const withPassword = async ({ password }: OwnCaller, request: RequestToMake) =>
  own(request, { current_password: password })

/** A client uses one way to authenticate (RFC 6749 §2.3). */
const client = ({ schemes }: RequestToMake) =>
  schemes.length > 0
    ? { client_id: undefined, client_secret: undefined }
    : { client_id: demoClient.clientId, client_secret: demoClient.secret }

async function token(caller: OwnCaller, request: RequestToMake) {
  const fields = { token: await caller.refreshToken(), ...client(request) }
  return request.schemes.length > 0 ? { body: fields } : own(request, fields)
}

/** RFC 6750 §3.1. */
const malformedToken = { 400: (ask: Ask) => ask({ credentials: { authorization: 'Bearer' } }) }
const unknownClient = { 401: (ask: Ask) => ask({ credentials: { authorization: 'Basic eDp5' } }) }

const wrongCode = (ask: Ask) => ask({ body: { proof: 'AAAA-AAAA' } })

const withToken = Object.entries(contract.operations)
  .filter(([, { security }]) => security.some((schemes) => 'OAuth2' in schemes))
  .map(([id]) => [id, malformedToken] as const)

export const ownOptions = {
  server: start,
  caller: () => newCaller(),
  credentials: {
    OAuth2: async (scopes, caller) => ({ authorization: `Bearer ${await caller.token(scopes)}` }),
    clientBasic: () => ({ authorization: clientCredentials }),
  },
  wrongCredentials: {
    OAuth2: [
      async (caller) => ({ authorization: `Bearer ${await caller.endedToken()}` }),
      async (caller) => ({ authorization: `Bearer ${await caller.refreshToken()}` }),
      () => ({ authorization: clientCredentials }),
    ],
  },
  make: {
    issueToken: async (caller, request) =>
      own(request, {
        username: caller.username,
        password: caller.password,
        refresh_token: await caller.refreshToken(),
        client_id: demoClient.clientId,
        client_secret: demoClient.secret,
        scope: 'me:read',
      }),
    revokeToken: token,
    introspectToken: async (caller, request) => ({
      body: { ...client(request), token: await caller.refreshToken() },
    }),
    updateUsersMe: withPassword,
    changePassword: withPassword,
    deleteUsersMe: withPassword,
    changeEmail: withPassword,
    confirmEmail: async (caller, request) =>
      own(request, await caller.mailedProof('email_confirmation')),
    restoreEmail: async (caller, request) =>
      own(request, await caller.mailedProof('email_restoration')),
    resetPassword: async (caller, request) =>
      own(request, await caller.mailedProof('password_reset')),
    revokeSession: async (caller) => ({ path: { session_id: await caller.sessionId() } }),
    readItem: item,
    updateItem: item,
    deleteItem: item,
    // The token of a caller has no scope that it could grant.
    registerUser: ({ password }, { schemes, body }) => ({
      body: {
        scopes: schemes.length > 0 ? [] : undefined,
        ...('password' in Object(body) ? {} : { password }),
      },
    }),
    readUser: neighbor,
    updateUser: neighbor,
    deleteUser: neighbor,
  },
  mayRefuse: {
    // The grant is refused (RFC 6749 §5.2).
    issueToken: [400, 401],
    revokeToken: [400, 401],
    introspectToken: [400, 401],
  },
  cases: {
    ...Object.fromEntries(withToken),
    revokeToken: unknownClient,
    introspectToken: unknownClient,
    createItem: {
      ...malformedToken,
      409: async (ask, caller) => ask({ body: { item_id: await caller.itemId() } }),
    },
    requestEmailConfirmation: {
      ...malformedToken,
      409: async (ask, caller) => {
        await caller.verifyEmail()
        await ask()
      },
    },
    confirmEmail: { 403: wrongCode },
    restoreEmail: { 403: wrongCode },
    resetPassword: { 403: wrongCode },
    registerUser: {
      ...malformedToken,
      401: async (ask, caller) =>
        ask({ credentials: { authorization: `Bearer ${await caller.endedToken()}` } }),
      409: (ask, { username }) => ask({ body: { username } }),
    },
    readOwnItems: { ...malformedToken, 200: listOfTwo },
    readOwnItemsWithSlash: { ...malformedToken, 200: listOfTwo },
  },
  // In other tests: the whole suite returns each response that the contract declares [J5].
  provokedElsewhere: {
    '*': [422, 429, 501, 503],
    registerUser: [403],
    updateUsersMe: [409],
    confirmEmail: [409],
    restoreEmail: [409],
    resetPassword: [409],
    deleteUsersMe: [409],
    updateUser: [409],
    deleteUser: [409],
  },
  runs: Number(KIT_RUNS),
  seed: Number(KIT_SEED),
} satisfies ContractTestOptions<Api, OwnCaller>
