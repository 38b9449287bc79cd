/** The parts of the types of `src/contract` that reject a mistake, each with a replacement that does not. */
import type { Edit } from './edited.ts'

export const guards = {
  everyHandler: [
    '  readonly [Id in OperationId<C>]: Handler<C, Id, P>\n}',
    '  readonly [Id in OperationId<C>]?: Handler<C, Id, P>\n} & Readonly<Record<string, unknown>>',
  ],
  declaredStatuses: [
    'export type Respond<C extends ContractTypes, Id> = {',
    'export type Respond<C extends ContractTypes, Id> = { 201(init: unknown): Reply<C, Id> } & {',
  ],
  statusesOfSuccess: [
    'extends Success ? Status : never',
    'extends Success | string ? Status : never',
  ],
  declaredHeaders: [
    'as string extends Name ? never : Exclude<Name, SetByServer>]',
    'as Exclude<Name, SetByServer>]',
  ],
  everyHeader: ['? Declared<Headers>\n  : object', '? Partial<Declared<Headers>>\n  : object'],
  headerValues: ['SetByServer>]: Headers[Name]', 'SetByServer>]: Headers[Name] | string'],
  declaredMediaTypes: [
    '  : { readonly mediaType?: Type }',
    '  : { readonly mediaType?: Type | string }',
  ],
  body: [
    `readonly body: BodyOf<Type, ContentOf<Response>[Type]>
        // Separate, because TypeScript infers only one member of a union from an intersection.
        // An event as a whole, because it infers the data of the first of several only.
      } & {
        readonly body: BodyOf<
          Type,
          ContentOf<Response>[Type],
          Exactly<Actual, ContentOf<Response>[Type]>,
          Exactly<Actual, ServerSentEvent<ContentOf<Response>[Type]>>
        >
      }`,
    `readonly body?: Actual | BodyOf<Type, Exactly<Actual, Type>>
      }`,
  ],
  exactBody: [
    `& {
        readonly body: BodyOf<
          Type,
          ContentOf<Response>[Type],
          Exactly<Actual, ContentOf<Response>[Type]>,
          Exactly<Actual, ServerSentEvent<ContentOf<Response>[Type]>>
        >
      }`,
    '& { readonly body: Exactly<Actual, Response> | Actual }',
  ],
  exactEvents: [
    'Exactly<Actual, ServerSentEvent<ContentOf<Response>[Type]>>',
    'ServerSentEvent<ContentOf<Response>[Type]>',
  ],
  exactFields: [
    '? Exactly<Actual[Key], ValueOf<Shape, Key>>',
    '? Actual[Key] | ValueOf<Shape, Key>',
  ],
  exactElements: ['Exactly<Actual[At], Member>', 'Actual[At] | Member'],
  noBody: ['{ readonly body?: never }', '{ readonly body?: unknown }'],
  ownReply: ['readonly [repliedBy]: Id', 'readonly [repliedBy]: Id | unknown'],
  brandedReply: ['readonly [repliedBy]: Id', 'readonly [name: string]: Id | unknown'],
  principalOfPublic: [
    '] extends [never]\n  ? object',
    '] extends [never]\n  ? { readonly principal: P[keyof P] }',
  ],
  principalOfScheme: ['? undefined\n', '? never\n'],
  principalsOfSchemes: [
    '{ readonly [Scheme in keyof Schemes]: P[Scheme & keyof P] }',
    'P[keyof Schemes & keyof P]',
  ],
  namedMediaType: ['? { readonly mediaType: Type }', '? { readonly mediaType?: Type | string }'],
  namedMediaTypeOfRange: ['? { readonly mediaType: string }', '? { readonly mediaType?: string }'],
  bytes: ['      : Bytes\n\ntype JsonLines', '      : Bytes | unknown\n\ntype JsonLines'],
  statusOfRange: ['readonly status: Exclude<', 'readonly status?: number | Exclude<'],
  ownContract: ['(contract: C) => C', '(contract: C | unknown) => unknown'],
  exactUnion: [
    'Fields<Actual, Fitting<Actual, Shape>>',
    'Fields<Actual, Fitting<Actual, Shape>> | Actual',
  ],
  declaredErrors: [
    'export type Refuse<C extends ContractTypes, Id> = {',
    'export type Refuse<C extends ContractTypes, Id> = { 410(code: string, message: string): Refusal } & {',
  ],
  errorsOnly: ['extends Failure ? Status : never', 'extends Failure | string ? Status : never'],
  declaredCodes: ['? Code & string', '? (Code & string) | string'],
  declaredRefusalHeaders: [
    'Headers & Exactly<Actual, Headers>',
    'Headers & (Actual | Exactly<Actual, Headers>)',
  ],
  requiredRefusalHeaders: [
    ': { readonly headers: Exact<Headers, Actual> }',
    ': { readonly headers?: Partial<Exact<Headers, Actual>> }',
  ],
  neededStatus: ['readonly [S in Status]:', 'readonly [S in Status & never]:'],
  neededCode: ['? (code: Code, message', '? (code: Code & never, message'],
  ownRefusals: [
    'readonly [Key in ErrorKeyOf<ResponsesOf<C, Id>>]: RefuseWith',
    'readonly [Key in ErrorKeyOf<ResponsesOf<C, Id>> & never]: RefuseWith',
  ],
  mappedForOperation: ['(error: never, refuse: R)', '(error: never, refuse: R & never)'],
  mappedForAll: ['}[OperationId<C>]', '}[OperationId<C> & never]'],
  mappedForScheme: [
    'Mapping<RefuseOfScheme<C, Scheme>>[]',
    'Mapping<RefuseOfScheme<C, Scheme> & never>[]',
  ],
  checkedForScheme: ['RefuseOfScheme<C, Scheme>>\n', 'RefuseOfScheme<C, Scheme> & never>\n'],
  everyScheme: [
    'readonly [Scheme in Exclude<SchemeOf<C>, keyof P>]: SecurityCheck',
    'readonly [Scheme in Exclude<SchemeOf<C>, keyof P>]?: SecurityCheck',
  ],
  declaredSchemes: ['Exclude<keyof P, SchemeOf<C>>', 'Exclude<keyof P, SchemeOf<C> | keyof P>'],
  principalOfHandlers: [
    '  : { readonly principal: WithScopes<PrincipalOf<Requirement<C, Id>, P>, ScopesOf<C, Id>> }',
    '  : { readonly principal: WithScopes<PrincipalOf<Requirement<C, Id>, P>, ScopesOf<C, Id>> | any }',
  ],
  requiredScopes: ['has(scope: Scope)', 'has(scope: Scope | string)'],
} as const satisfies Record<string, Edit>
