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
type NoParameters = { query?: never; header?: never; path?: never; cookie?: never }

interface OwnOperations {
  listNotes: {
    parameters: NoParameters
    requestBody?: never
    responses: {
      200: { headers: { [name: string]: unknown }; content: { 'application/json': string[] } }
      400: Problem
      401: Problem
      403: Problem
      500: Problem
      503: Problem
    }
  }
  createNote: {
    parameters: NoParameters
    requestBody: { content: { 'application/json': Note } }
    responses: {
      201: { headers: { [name: string]: unknown }; content: { 'application/json': Note } }
      400: Problem
      401: Problem
      403: Problem
      413: Problem
      500: Problem
      503: Problem
    }
  }
  readMotto: {
    parameters: NoParameters
    requestBody?: never
    responses: {
      200: { headers: { [name: string]: unknown }; content: { 'application/json': Note } }
      400: Problem
      500: Problem
    }
  }
}

/** As `generate` would write them. */
export interface NotesApi {
  readonly operations: Pick<operations, TakenId> & OwnOperations
  readonly table: Pick<Api['table'], TakenId> & {
    listNotes: { security: [{ OAuth2: ['notes:read'] }]; scopes: ['notes:read'] }
    createNote: { security: [{ OAuth2: ['notes:write'] }]; scopes: ['notes:write'] }
    readMotto: { security: []; scopes: [] }
  }
}

export const notesContract = (document = notesDocument()): Contract<NotesApi> =>
  contractOf<NotesApi>(document)
