/** The server keeps its contract: requests of all kinds are sent to each own operation, and each response is checked. */
import { contractTests } from '@tessera-oauth/contract/vitest'
import {
  builtInOperations,
  type TestAccount,
  type TestServer,
  testServer,
} from '@tessera-oauth/server/testing'
import { contract } from '../generated/contract.ts'
import { server } from '../src/server.ts'

let running: TestServer

/** The id of a new note of the account. */
async function newNote({ token }: TestAccount): Promise<string> {
  const created = await running.fetch('/notes', { method: 'POST', token, json: { text: 'milk' } })
  return JSON.parse(await created.text()).note_id
}

const note = async (caller: TestAccount) => ({ path: { note_id: await newNote(caller) } })

contractTests(contract, {
  server: async () => {
    running = await testServer(server)
    return { url: running.url, stop: running.close }
  },
  // An account with all scopes, for tokens with any of them.
  caller: () => running.account({ scopes: ['*'] }),
  credentials: {
    OAuth2: async (scopes, caller) => ({
      authorization: `Bearer ${await running.token(scopes, caller)}`,
    }),
  },
  // What exists, for the ids in paths. An operation with an id of its own needs an entry.
  make: { readNote: note, deleteNote: note },
  // A malformed header; where no token is required, an unknown parameter.
  cases: {
    '*': {
      400: (ask) => ask({ credentials: { authorization: 'Bearer' }, query: { unknown: 'x' } }),
    },
  },
  // An overload, and a database that is down.
  provokedElsewhere: { '*': [429, 503] },
  // Their tests are Tessera's. One to which `server.ts` gives a handler of its own is tested here.
  untested: await builtInOperations(server, contract),
})
