/** The parts of `src/contract/handler.ts` that reject a mistake, each with a replacement that does not. */
import type { Edit } from './edited.ts'

export const guards = {
  everyHandler: [
    '{ readonly [Id in OperationId]: Handler<Id, Caller> }',
    '{ readonly [Id in OperationId]?: Handler<Id, Caller> } & Readonly<Record<string, unknown>>',
  ],
  declaredStatuses: [
    'export type Respond<Id extends OperationId> = {',
    'export type Respond<Id extends OperationId> = { 201(init: unknown): Reply<Id> } & {',
  ],
  statusesOfSuccess: [
    'extends Success ? Status : never',
    'extends Success | string ? Status : never',
  ],
  declaredHeaders: [
    'as string extends Name ? never : Exclude<Name, SetByServer>]',
    'as Exclude<Name, SetByServer>]',
  ],
  everyHeader: ['? Declared<Headers> : object', '? Partial<Declared<Headers>> : object'],
  headerValues: [': Headers[Name]', ': Headers[Name] | string'],
  declaredMediaTypes: ['mediaType?: Type', 'mediaType?: Type | string'],
  body: ['readonly body: ContentOf<Response>[Type] &', 'readonly body?: Actual |'],
  exactBody: [
    '& Exactly<Actual, ContentOf<Response>[Type]>',
    '| Exactly<Actual, Response> | Actual',
  ],
  exactFields: ['? Exactly<Actual[Key], Shape[Key]>', '? Actual[Key]'],
  exactElements: ['Exactly<Actual[At], Member>', 'Actual[At] | Member'],
  noBody: ['{ readonly body?: never }', '{ readonly body?: unknown }'],
  ownReply: ['readonly [repliedBy]: Id', 'readonly [repliedBy]: Id | unknown'],
  brandedReply: ['readonly [repliedBy]: Id', 'readonly [name: string]: Id | unknown'],
  principalOfPublic: ['[ScopesOf<Id>] extends [never]', "[Id] extends ['nobody']"],
  requiredScopes: ['has(scope: Scope)', 'has(scope: Scope | string)'],
} as const satisfies Record<string, Edit>
