/** A server that is built on ours: its own operations and scopes, and some of our operations. */
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { contractOf, type Document } from '#contract'
import { productOf } from '../src/create-server.ts'
import {
  createServer,
  etagOf,
  isNotModified,
  noStore,
  type OwnServices,
  userBody,
} from '../src/index.ts'
import { testServer as ownTestServer } from '../src/testing.ts'
import { compile } from './contract/compile.ts'
import { callAs, jsonOf } from './harness/call.ts'
import { commandDatabase, tessera } from './harness/command.ts'
import { expectProblem } from './harness/error-responses.ts'
import { type NotesTables, notesOptions, notesServer } from './harness/notes.ts'
import { notesContract, notesDocument } from './harness/notes-contract.ts'
import { type TestServer, testServer } from './harness/test-server.ts'
import { administrator } from './harness/test-user.ts'

const notes = notesServer
const notesProduct = productOf(notesServer)

let server: TestServer
beforeAll(async () => {
  server = await testServer({ product: notesProduct, settings: { REGISTRATION: 'open' } })
})
afterAll(() => server.stop())

const json = async (path: string) => await jsonOf<Record<string, unknown>>(server.get(path))

describe('a server that is built on ours', () => {
  it('serves its own operations with its own scope, and the built-in handlers of the operations that it takes over [N1]', async () => {
    const admin = callAs(server, await server.token(administrator))
    expect((await admin('POST', '/notes', { text: 'milk' })).status).toBe(201)
    expect(await jsonOf(admin('GET', '/notes'))).toEqual(['milk'])
    expect(await jsonOf(server.get('/motto'))).toEqual({ text: 'It is true.' })
    expect(await jsonOf(admin('GET', '/users/me'))).toMatchObject({ username: 'admin' })
    const reader = callAs(server, await server.token())
    expect(await jsonOf(reader('GET', '/notes'))).toEqual([])
    const refused = await reader('POST', '/notes', { text: 'milk' })
    expect(refused.headers.get('www-authenticate')).toContain('scope="notes:write"')
    await expectProblem(refused, 403, 'insufficient_scope')
    expect((await reader('GET', '/users/me/items')).status).toBe(404)
    const tooMany = await admin('POST', '/notes', { text: 'one too many' })
    await expectProblem(tooMany, 409, 'too_many_notes')
  })

  it('can grant the scopes of its contract and no others [N1]', async () => {
    const scopes = ['me:read', 'me:write', 'users:read', 'users:write', 'notes:read', 'notes:write']
    expect((await server.login({ scope: 'items:read' })).status).toBe(400)
    expect(await json('/.well-known/oauth-authorization-server')).toMatchObject({
      scopes_supported: scopes,
    })
    expect(await json('/.well-known/oauth-protected-resource')).toMatchObject({
      scopes_supported: scopes,
    })
    const password = 'correct horse battery staple'
    const added = callAs(server)('POST', '/users', { username: 'bea', password })
    const body = await jsonOf<{ user_id: string }>(added)
    expect(body).toMatchObject({ scopes: ['me:read', 'me:write', 'notes:read'] })
    const admin = callAs(server, await server.token(administrator))
    const { user_id } = body
    const change = (...all: string[]) => admin('PATCH', `/users/${user_id}`, { scopes: all })
    expect((await change('notes:write')).status).toBe(200)
    expect((await change('items:read')).status).not.toBe(200)
  })

  it('shows its contract as JSON, as YAML and on its pages [N1]', async () => {
    const document = notesContract().document
    expect(await json('/openapi.json')).toEqual(document)
    expect(JSON.parse(await (await server.get('/openapi.yaml')).text())).toEqual(document)
    for (const page of ['/redoc', '/docs', '/problems'])
      expect(await (await server.get(page)).text()).toMatch(/<title>Notes &amp; more(: errors)?</)
    const problems = await (await server.get('/problems')).text()
    expect(problems).toContain('<dt id="too_many_notes">')
    expect(problems).toContain('<dt id="invalid_token">')
  })

  it('has the whole command line, with its name and its scopes [N2]', async () => {
    const settings = await commandDatabase()
    const run = (...args: string[]) =>
      tessera(args, { settings, input: 'correct horse battery\n', cli: notes.cli })
    expect((await run('--version')).out).toBe('3.2.1\n')
    expect((await run('--help')).out).toMatch(/^Usage: notes .*\n\nKeeps notes\.\n/)
    expect((await run('migrate')).status).toBe(0)
    expect((await run('user', 'list')).err).toMatch(
      /notes user add NAME --scopes "me:read .*notes:write"/,
    )
    expect((await run('user', 'add', 'ada')).out).toMatch(/ with me:read me:write notes:read\n$/)
    expect((await run('user', 'scopes', 'ada', 'items:read')).err).toBe(
      'notes: unknown scope items:read: use me:read me:write users:read users:write notes:read notes:write\n',
    )
    expect((await run('client', 'add', 'app', '--scopes', 'items:read')).status).toBe(1)
    expect((await run('client', 'add', 'app', '--scopes', 'notes:read')).status).toBe(0)
    expect((await run('user', 'import', '--help')).out).toContain('(default: me:* notes:read)')
  })

  it('replaces a built-in handler, with the body and the tag of an account [N1]', async () => {
    const replaced = createServer({
      ...notesOptions,
      handlers: (services) => ({
        ...notesOptions.handlers(services),
        readUsersMe: async ({ principal, header }, respond, refuse) => {
          const user = (await services.account(principal.user.userId)) ?? principal.user
          const headers = { ...noStore, ETag: etagOf(user) }
          if (isNotModified(header, user, refuse)) return respond[304]({ headers })
          return respond[200]({ headers, body: { ...userBody(user), full_name: 'Replaced' } })
        },
      }),
    })
    await using server = await ownTestServer(replaced)
    const { token, username } = await server.account({ scopes: ['me:read'] })
    const response = await server.fetch('/users/me', { token })
    expect(await response.json()).toMatchObject({ username, full_name: 'Replaced' })
    const headers = { 'if-none-match': response.headers.get('etag') ?? '' }
    expect((await server.fetch('/users/me', { token, headers })).status).toBe(304)
  })
})

describe('own code', () => {
  it('finds an account by its username, in any case and width, as a login does [N15]', async () => {
    const given: OwnServices<NotesTables>[] = []
    const finding = createServer({
      ...notesOptions,
      handlers: (services) => {
        given.push(services)
        return notesOptions.handlers(services)
      },
    })
    await using server = await ownTestServer<NotesTables>(finding)
    const { userId } = await server.account({ username: 'Reader' })
    const find = async (name: string) => await given[0]?.accountByUsername(name)
    for (const name of ['Reader', 'reader', 'READER', 'Ｒｅａｄｅｒ'])
      expect(await find(name)).toMatchObject({ userId, username: 'Reader' })
    expect(await find('reader')).not.toHaveProperty('passwordHash')
    expect(await find('writer')).toBeUndefined()
  })
})

const start = (edit: (document: Document) => void) => {
  const document = notesDocument()
  edit(document)
  return testServer({ product: { ...notesProduct, contract: contractOf(document) } })
}
type Anything = Record<string, unknown>
const operation = (document: Document, path: string, method: 'get' | 'post') =>
  document.paths[path]?.[method] as unknown as Record<
    'requestBody' | 'responses',
    { content: Anything } & Anything
  >

describe('a contract that changes an operation with a built-in handler', () => {
  const unchanged = 'take it over unchanged, or give it a handler'

  it.each<[string, (document: Document) => void]>([
    [
      'the operation readUsersMe differs from the one that the built-in handler serves: responses/200/content/application/json/schema/required has shoe_size in addition',
      ({ components: { schemas } = {} }) => {
        const { required = [] }: { required?: string[] } = schemas?.User ?? {}
        const more = { required: [...required.toReversed(), 'shoe_size'] }
        if (schemas) schemas.User = Object.assign({}, schemas.User, more)
      },
    ],
    [
      'the operation listUsers differs from the one that the built-in handler serves: parameters/query limit/schema/maximum is 5000 and not 100',
      ({ components }) => {
        Object(components).parameters.Limit.schema.maximum = 5000
      },
    ],
    [
      'the operation issueToken differs from the one that the built-in handler serves: requestBody/content/text/plain is added',
      (document) => {
        operation(document, '/token', 'post').requestBody.content['text/plain'] = {}
      },
    ],
    [
      'the operation readUsersMe differs from the one that the built-in handler serves: security lacks OAuth2',
      (document) => Object.assign(operation(document, '/users/me', 'get'), { security: [] }),
    ],
    [
      'the operation readReadiness differs from the one that the built-in handler serves: path is /health and not /readyz',
      ({ paths }) => {
        paths['/health'] = paths['/readyz'] ?? {}
        delete paths['/readyz']
      },
    ],
    [
      'the operation readUsersMe differs from the one that the built-in handler serves: responses/503 is missing',
      (document) => delete operation(document, '/users/me', 'get').responses['503'],
    ],
  ])('does not start: %s [N3]', async (message, edit) => {
    await expect(start(edit)).rejects.toThrow(`${message}; ${unchanged}`)
  })

  it('does not start, with a line for each operation that is changed [N3]', async () => {
    const started = start(({ components }) => {
      Object(components).schemas.User.properties.shoe_size = { type: 'string' }
    })
    const { message }: Error = await started.then(undefined, (error) => error)
    const lines = message.split('\n')
    expect(lines.length).toBeGreaterThan(4)
    for (const line of lines)
      expect(line).toMatch(
        /^the operation \w+ differs from the one .*\/properties\/shoe_size is added; take it over unchanged, or give it a handler$/,
      )
  })

  it('does not start if a response names an operation that it does not have [N3]', async () => {
    const edited = start(({ paths }) => delete paths['/revoke'])
    await expect(edited).rejects.toThrow(
      'the responses of readServerMetadata name revokeToken, which the contract does not have',
    )
  })

  it('starts with other texts, examples and scopes [N3]', async () => {
    const started = await start((document) => {
      const read = operation(document, '/users/me', 'get')
      Object.assign(read, { summary: 'Who am I?', security: [{ OAuth2: ['notes:read'] }] })
    })
    const scope = 'notes:read'
    expect((await started.get('/users/me', await started.token({ scope }))).status).toBe(200)
    await started.stop()
  })

  it('does not start without a handler for an operation of its own, or with default scopes that it does not have [N3]', async () => {
    const product = { ...notesProduct, handlers: () => ({}) }
    await expect(testServer({ product })).rejects.toThrow('the operation listNotes has no handler')
    const misspelt = { ...notesProduct, defaultScopes: ['note:*'] }
    await expect(testServer({ product: misspelt })).rejects.toThrow(
      'defaultScopes: note:* is no scope of the contract: use me:read',
    )
  })

  it('does not start with texts of mails in a language that cannot exist [K61]', async () => {
    const made = createServer({ ...notesOptions, mailTexts: { fr_CA: {} } })
    await expect(testServer({ product: productOf(made) })).rejects.toThrow(
      'mailTexts: fr_CA is no language tag (BCP 47): use one such as pt-BR',
    )
  })
})

const program = (handlers: string, api = 'NotesApi') => `
import { contractOf } from '#contract'
import { createServer } from '../src/create-server.ts'
import { type NotesApi, notesDocument } from './harness/notes-contract.ts'
type Wider = { operations: Omit<NotesApi['operations'], 'readReadiness'> & { readReadiness: NotesApi['operations']['readMotto'] }; table: NotesApi['table'] }
const contract = contractOf<${api}>(notesDocument())
export const made = createServer<${api}>({ name: 'notes', contract, handlers: () => (${handlers}) })
export type Both = NotesApi | Wider
`
const motto = 'readMotto: (_request, respond) => respond[200]({ headers: {}, body: { text: "" } })'
const own = `listNotes: (_request, respond) => respond[200]({ headers: {}, body: [] }),
createNote: ({ body }, respond) => respond[201]({ headers: {}, body }),
readProfile: ({ principal: { user: { username } } }, respond) => respond[200]({ headers: {}, body: { username } }),
changeNickname: ({ body }, respond) => respond[200]({ headers: {}, body: { username: body.text } }), ${motto}`
const snippets = {
  'test/whole.ts': program(`{ ${own} }`),
  'test/missing.ts': program(`{ ${own.replace(motto, '')} }`),
  'test/unknown.ts': program(`{ ${own}, ${motto.replace('readMotto', 'readMoto')} }`),
  'test/changed.ts': program(`{ ${own} }`, 'Wider'),
  'test/inside.ts': `
import { notesServer } from './harness/notes.ts'
import { testServer } from '../src/testing.ts'
import type { OwnServices } from '../src/own-services.ts'
declare const services: OwnServices
services.store; services.config; services.passwords; services.signingKeys
services.audit; services.contract; notesServer.product
;(await notesServer.listen()).services
;(await testServer(notesServer)).services
export {}
`,
  'test/given.ts': program(`{ ${own}, ${motto.replace('readMotto', 'readReadiness')} }`, 'Wider'),
}

describe('the types of createServer', () => {
  const messages = compile({}, snippets)
  const textOf = (file: keyof typeof snippets) =>
    messages
      .get(file)
      ?.map(({ text }) => text)
      .join('\n') ?? ''

  it('require a handler for each operation of its own, and for no other that is taken over [N3]', () => {
    expect(textOf('test/whole.ts')).toBe('')
    expect(textOf('test/missing.ts')).toContain("'readMotto' is missing")
    expect(textOf('test/unknown.ts')).not.toBe('')
  })

  it('require a handler for an operation that is taken over and changed [N3]', () => {
    expect(textOf('test/changed.ts')).toContain("'readReadiness' is missing")
    expect(textOf('test/given.ts')).toBe('')
  })

  it('hand nothing of the inner services to own code [N15]', () => {
    const refused = messages.get('test/inside.ts')?.map(({ text }) => /'(\w+)'/.exec(text)?.[1])
    expect(refused).toEqual([
      'store',
      'config',
      'passwords',
      'signingKeys',
      'audit',
      'contract',
      'product',
      'services',
      'services',
    ])
  })
})
