/** The contract of a product with a security scheme of its own, beside operations that it takes over. */
import type { Document } from '#contract'
import { type NotesApi, notesDocument } from './notes-contract.ts'

type OfNotes = 'listNotes' | 'createNote' | 'readProfile' | 'changeNickname' | 'readMotto'
type Profile = NotesApi['operations']['readProfile']
type Read = Omit<Profile, 'responses'> & {
  responses: Omit<Profile['responses'], 401> & {
    401: Profile['responses'][401] & { headers: { 'WWW-Authenticate': string } }
  }
}

/** The operations that the notes product takes over, an operation for keys, and one for keys or tokens. */
export interface FeedApi {
  readonly operations: Omit<NotesApi['operations'], OfNotes> & { readFeed: Read; readAny: Read }
  readonly table: Omit<NotesApi['table'], OfNotes> & {
    readFeed: { security: [{ ApiKey: [] }]; scopes: [] }
    readAny: { security: [{ ApiKey: [] }, { OAuth2: ['me:read'] }]; scopes: ['me:read'] }
  }
  readonly schemes: 'OAuth2' | 'clientBasic' | 'ApiKey'
}

/** The response of ours is for bearer tokens only. */
const unauthorized = {
  description: 'Neither a key nor a token.',
  headers: { 'WWW-Authenticate': { required: true, schema: { type: 'string' } } },
  content: { 'application/problem+json': { schema: { $ref: '#/components/schemas/Problem' } } },
} as const

export function feedDocument(): Document {
  const { paths, components, ...document } = notesDocument()
  const { '/profile': profile, '/notes': _notes, '/motto': _motto, ...taken } = paths
  const operation = (operationId: string, security: Record<string, string[]>[]) => ({
    get: {
      ...profile?.get,
      operationId,
      security,
      responses: { ...profile?.get?.responses, '401': unauthorized },
    },
  })
  const ApiKey = { type: 'apiKey', in: 'header', name: 'X-Api-Key' } as const
  return {
    ...document,
    components: { ...components, securitySchemes: { ...components?.securitySchemes, ApiKey } },
    paths: {
      ...taken,
      '/feed': operation('readFeed', [{ ApiKey: [] }]),
      '/any': operation('readAny', [{ ApiKey: [] }, { OAuth2: ['me:read'] }]),
    },
  }
}
