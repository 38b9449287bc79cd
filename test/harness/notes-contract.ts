/** The contract of a product that is built on ours: operations that are taken over, a scope of its own, and operations of its own. */
import { type Contract, contractOf, type Document } from '#contract'
import type { components, operations } from '../../generated/api.ts'
import { type Api, contract } from '../../generated/contract.ts'

/** The paths that are taken over, with all their operations. */
const takenPaths = [
  '/token',
  '/revoke',
  '/introspect',
  '/.well-known/oauth-authorization-server',
  '/.well-known/oauth-protected-resource',
  '/.well-known/jwks.json',
  '/users/me',
  '/users/me/deletion',
  '/users',
  '/users/{user_id}',
  '/readyz',
]

const headers = { 'X-Request-Id': { $ref: '#/components/headers/RequestId' } }
const responses = {
  '400': 'InvalidRequest',
  '401': 'Unauthorized',
  '403': 'Forbidden',
  '413': 'ContentTooLarge',
  '500': 'ServerError',
  '503': 'Unavailable',
}
const errors = (...statuses: (keyof typeof responses)[]) =>
  Object.fromEntries(
    statuses.map((status) => [status, { $ref: `#/components/responses/${responses[status]}` }]),
  )
const noteSchema = {
  type: 'object',
  required: ['text'],
  additionalProperties: false,
  properties: { text: { type: 'string', maxLength: 1000 } },
}
const noteJson = { 'application/json': { schema: noteSchema } }

const profileJson = {
  'application/json': {
    schema: {
      type: 'object',
      required: ['username'],
      additionalProperties: false,
      properties: { username: { type: 'string' }, nickname: { type: 'string' } },
    },
  },
}
const texts = { type: 'array', items: { type: 'string' } }

/** As JSON: what `generate` would make of the product's openapi.yaml. */
export function notesDocument(): Document {
  const document = structuredClone(contract.document)
  const paths = Object.fromEntries(takenPaths.map((path) => [path, document.paths[path] ?? {}]))
  const { schemas, ...components } = document.components ?? {}
  const scopes = {
    'me:read': 'Read your account.',
    'me:write': 'Change your account.',
    'users:read': 'Read all accounts.',
    'users:write': 'Change all accounts.',
    'notes:read': 'Read your notes.',
    'notes:write': 'Write notes.',
  }
  const own = {
    '/notes': {
      get: {
        operationId: 'listNotes',
        security: [{ OAuth2: ['notes:read'] }],
        responses: {
          '200': {
            description: 'The texts of your notes.',
            headers,
            content: {
              'application/json': { schema: texts },
            },
          },
          ...errors('400', '401', '403', '500', '503'),
        },
      },
      post: {
        operationId: 'createNote',
        security: [{ OAuth2: ['notes:write'] }],
        requestBody: { required: true, content: noteJson },
        responses: {
          '201': { description: 'The note.', headers, content: noteJson },
          '409': {
            description: 'There are too many notes.',
            'x-codes': ['too_many_notes'],
            headers,
            content: {
              'application/problem+json': { schema: { $ref: '#/components/schemas/Problem' } },
            },
          },
          ...errors('400', '401', '403', '413', '500', '503'),
        },
      },
    },
    '/profile': {
      get: {
        operationId: 'readProfile',
        security: [{ OAuth2: ['me:read'] }],
        responses: {
          '200': { description: 'Your profile.', headers, content: profileJson },
          ...errors('400', '401', '403', '500', '503'),
        },
      },
      put: {
        operationId: 'changeNickname',
        security: [{ OAuth2: ['me:write'] }],
        requestBody: { required: true, content: noteJson },
        responses: {
          '200': { description: 'Your profile.', headers, content: profileJson },
          ...errors('400', '401', '403', '413', '500', '503'),
        },
      },
    },
    '/motto': {
      get: {
        operationId: 'readMotto',
        security: [],
        responses: {
          '200': { description: 'For everybody.', headers, content: noteJson },
          ...errors('400', '500'),
        },
      },
    },
  }
  return {
    ...document,
    info: { title: 'Notes & more', description: '| 409 | `too_many_notes` | Delete some. |' },
    components: {
      ...components,
      schemas: { ...schemas },
      securitySchemes: {
        ...components.securitySchemes,
        OAuth2: { type: 'oauth2', flows: { password: { scopes } } },
      },
    },
    paths: { ...paths, ...own },
  }
}

type TakenId =
  | 'issueToken'
  | 'revokeToken'
  | 'introspectToken'
  | 'readServerMetadata'
  | 'readResourceMetadata'
  | 'readJwks'
  | 'readUsersMe'
  | 'updateUsersMe'
  | 'deleteUsersMe'
  | 'listUsers'
  | 'registerUser'
  | 'readUser'
  | 'updateUser'
  | 'deleteUser'
  | 'readReadiness'

type Problem = {
  headers: { [name: string]: unknown }
  content: { 'application/problem+json': components['schemas']['Problem'] }
}
type Note = { text: string }
type Profile = { username: string; nickname?: string }
type NoParameters = { query?: never; header?: never; path?: never; cookie?: never }

type Ok<Body> = {
  headers: { [name: string]: unknown }
  content: { 'application/json': Body }
}
type Refused = {
  400: Problem
  401: Problem
  403: Problem
  413: Problem
  500: Problem
  503: Problem
}
type NoBody = { parameters: NoParameters; requestBody?: never }
type NoteBody = {
  parameters: NoParameters
  requestBody: { content: { 'application/json': Note } }
}

interface OwnOperations {
  listNotes: NoBody & { responses: Omit<Refused, 413> & { 200: Ok<string[]> } }
  createNote: NoteBody & { responses: Refused & { 201: Ok<Note>; 409: Problem } }
  readProfile: NoBody & { responses: Omit<Refused, 413> & { 200: Ok<Profile> } }
  changeNickname: NoteBody & { responses: Refused & { 200: Ok<Profile> } }
  readMotto: NoBody & { responses: Pick<Refused, 400 | 500> & { 200: Ok<Note> } }
}

/** As `generate` would write them. */
export interface NotesApi {
  readonly operations: Pick<operations, TakenId> & OwnOperations
  readonly table: Pick<Api['table'], TakenId> & {
    listNotes: { security: [{ OAuth2: ['notes:read'] }]; scopes: ['notes:read'] }
    createNote: {
      security: [{ OAuth2: ['notes:write'] }]
      scopes: ['notes:write']
      codes: { 409: ['too_many_notes'] }
    }
    readProfile: { security: [{ OAuth2: ['me:read'] }]; scopes: ['me:read'] }
    changeNickname: { security: [{ OAuth2: ['me:write'] }]; scopes: ['me:write'] }
    readMotto: { security: []; scopes: [] }
  }
}

export const notesContract = (document = notesDocument()): Contract<NotesApi> =>
  contractOf<NotesApi>(document)
