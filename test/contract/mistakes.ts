/** The mistakes that the types of `src/contract` must reject, each in several forms. */
import { type Edit, edited } from './edited.ts'
import { guards } from './guards.ts'

export interface Mistake {
  readonly title: string
  /** A program that compiles. */
  readonly right: string
  /** The same program with the mistake. */
  readonly wrong: string
  readonly says: RegExp
  /** The part of the types without which the mistake compiles. */
  readonly guard: Edit
}

type Making = (title: string, mistake: Edit, guard: Edit, says: RegExp) => Mistake

const making =
  (right: string): Making =>
  (title, mistake, guard, says) => ({ title, right, wrong: edited(right, mistake), says, guard })

const handling = (id: string, does: string, parameters = '_request, respond'): Making =>
  making(`export const handler: Handler<'${id}'> = (${parameters}) =>\n  ${does}\n`)

const all = making('export const all = (): Handlers => ({ ...others, readBook })\n')
const one = handling('readBook', 'respond[200]({ headers: noStore, body: book })')
const written = handling(
  'readBook',
  "respond[200]({ headers: noStore, body: { book_id: 1, title: 'Emma', authors: [{ name: 'Jane' }] } })",
)
const many = handling('listBooks', "respond[200]({ headers: { 'X-Total': 1 }, body: [book] })")
const none = handling('removeBook', 'respond[204]({ headers: {} })')
const titles = handling(
  'exportShelf',
  "respond[200]({ headers: {}, mediaType: 'application/vnd.titles+json', body: ['Emma'] })",
)
const reply = handling('readBook', 'respondBook[200]({ headers: noStore, body: book })', '')
const reader = handling('readBook', 'named(request.http.url)', 'request')
const writer = handling(
  'removeBook',
  "named(request.principal.scopes.has('books:write'))",
  'request',
)
const library = making("export const handler: Handler<'readBook'> = readBook\n")
const pet = making(
  'export const handler: PetHandler = (_request, respond) =>\n  respond[200]({ headers: {}, body: pet })\n',
)
const keeper = making(
  "export const handler: PetHandler = ({ principal }) =>\n  principal ? (principal === 'a key' ? named(principal) : named(principal.token.scopes.has('pets'))) : named(principal)\n",
)
const file = making(
  "export const handler: FileHandler = (_request, respond) =>\n  respond[200]({ headers: {}, mediaType: 'application/pdf', body: bytes })\n",
)
const image = making(
  "export const handler: FileHandler = (_request, respond) =>\n  respond['2XX']({ status: 206, headers: {}, mediaType: 'image/png', body: bytes })\n",
)

/** TypeScript gives each object of a union the fields of the others, as optional ones. */
const cats = "kind: 'cat' as const, lives: 9"
const dogs = "kind: 'dog' as const, tricks: [{ name: 'sit' }]"
const events = `async function* () { yield { data: { ${cats} } }; yield { event: 'dog', data: { ${dogs} } } }`
// One line each: the compiler names that of the body.
const inlineEvents = making(
  `export const handler: WalkHandler<'watchPets'> = (_request, respond) => respond[200]({ headers: {}, body: (${events})() })\n`,
)
const calledEvents = making(
  `const walks = ${events}; export const handler: WalkHandler<'watchPets'> = (_request, respond) => respond[200]({ headers: {}, body: walks() })\n`,
)
const oneEvent = making(
  `export const handler: WalkHandler<'watchPets'> = (_request, respond) => respond[200]({ headers: {}, body: (async function* () { yield { data: cat } })() })\n`,
)
const lines = making(
  `const walks = async function* () { yield { ${cats} }; yield { ${dogs} } }; export const handler: WalkHandler<'exportPets'> = (_request, respond) => respond[200]({ headers: {}, body: walks() })\n`,
)

const lending = making(
  "export const handler: LoanHandler<'lend'> = (_request, _respond, refuse) => {\n  throw refuse[404]('not_found', 'Not found')\n}\n",
)
const lent = making(
  "export const handler: LoanHandler<'lend'> = (_request, _respond, refuse) => {\n  throw refuse[409]('lent', 'The book is lent', { headers: { 'Retry-After': 1 } })\n}\n",
)
const range = making(
  "export const handler: LoanHandler<'lend'> = (_request, _respond, refuse) => {\n  throw refuse.default('anything', 'Not now', { status: 503 })\n}\n",
)
const helped = making(
  "export const handler: LoanHandler<'lend'> = (_request, _respond, refuse) =>\n  named(requireFree(refuse))\n",
)
const counting = making(
  "export const handler: LoanHandler<'count'> = (_request, _respond, refuse) =>\n  named(requireCopy(refuse))\n",
)
const list = making(
  "import { when } from '../src/contract/errors/refusal-mapping.ts'\nexport const list: LoanList = [\n  when(Stale, (_error, refuse: Can<404, 'withdrawn'>) => refuse[404]('withdrawn', 'Withdrawn')),\n]\n",
)
const listed = making(
  "import { when } from '../src/contract/errors/refusal-mapping.ts'\nexport const list: LoanList = [\n  when(Stale, (_error, refuse) => refuse[404]('withdrawn', 'Withdrawn')),\n]\n",
)
const common = making(
  "import { when } from '../src/contract/errors/refusal-mapping.ts'\nexport const list: CommonList = [\n  when(Stale, (_error, refuse: Can<404, 'not_found'>) => refuse[404]('not_found', 'Not found')),\n]\n",
)
const check = making(
  "export const checks: LoanChecks = {\n  badge: async (_req, _scopes, refuse: Can<401 | 403, 'no_badge'>) => {\n    throw refuse[401]('no_badge', 'Show your badge')\n  },\n}\n",
)

const served = making(
  "import { serve } from '../src/contract/serve.ts'\nexport const router = serve(doors, {\n  handlers: doorHandlers,\n  errors: problems,\n  security: { badge: anyCaller, key: anyText },\n})\n",
)

const scheme = making(
  "import { when } from '../src/contract/errors/refusal-mapping.ts'\nexport const lists: SchemeLists = {\n  badge: [when(Stale, (_error, refuse: Can<404, 'not_found'>) => refuse[404]('not_found', 'Not found'))],\n}\n",
)

const noShelf = /Type 'string' is not assignable to type 'NotInTheContract<"X-Shelf">'/
const noHash = /Type 'string' is not assignable to type 'NotInTheContract<"hash">'/

export const mistakes: Readonly<Record<string, readonly Mistake[]>> = {
  'a missing handler': [
    all(
      'a table without it',
      [', readBook', ''],
      guards.everyHandler,
      /Property 'readBook' is missing/,
    ),
    all(
      'a handler without an operation',
      ['readBook }', 'readBook, readBooks: readBook }'],
      guards.everyHandler,
      /'readBooks' does not exist in type 'Handlers'/,
    ),
    all(
      'a handler of a webhook',
      ['readBook }', 'readBook, bookSold: readBook }'],
      guards.everyHandler,
      /'bookSold' does not exist in type 'Handlers'/,
    ),
  ],
  'an undeclared status': [
    one(
      'of success',
      ['[200]', '[201]'],
      guards.declaredStatuses,
      /Property '201' does not exist on type 'Respond<Books, "readBook">'/,
    ),
    one(
      'of a refusal, which must be thrown',
      ['[200]({ headers: noStore, body: book })', '[400]({ headers: noStore, body: problem })'],
      guards.statusesOfSuccess,
      /Property '400' does not exist on type 'Respond<Books, "readBook">'/,
    ),
  ],
  'an undeclared or missing header': [
    one(
      'undeclared',
      ['headers: noStore', "headers: { ...noStore, 'X-Shelf': 'B' }"],
      guards.declaredHeaders,
      noShelf,
    ),
    one(
      'undeclared, through a variable',
      ['headers: noStore', 'headers: noStoreAndMore'],
      guards.declaredHeaders,
      noShelf,
    ),
    none(
      'undeclared, where none is declared',
      ['headers: {}', "headers: { 'X-Shelf': 'B' }"],
      guards.declaredHeaders,
      noShelf,
    ),
    one('missing', ['noStore', '{}'], guards.everyHeader, /Property '"Cache-Control"' is missing/),
    one(
      'with a different value',
      ['noStore', "{ 'Cache-Control': 'public' }"],
      guards.headerValues,
      /^Type '"public"' is not assignable to type '"no-store"'/,
    ),
    many(
      'of a different type',
      ["'X-Total': 1", "'X-Total': '1'"],
      guards.headerValues,
      /^Type 'string' is not assignable to type 'number'/,
    ),
  ],
  'a wrong media type': [
    one(
      'where one is declared',
      ['noStore,', "noStore, mediaType: 'text/html',"],
      guards.declaredMediaTypes,
      /^Type '"text\/html"' is not assignable to type '"application\/json"'/,
    ),
    titles(
      'where several are declared',
      ['application/vnd.titles+json', 'text/html'],
      guards.namedMediaType,
      /^Type '"text\/html"' is not assignable to type '"application\/json" \| "application\/vnd\.titles\+json"'/,
    ),
    titles(
      'with the body of a different media type',
      ['application/vnd.titles+json', 'application/json'],
      guards.body,
      /^Type 'string' is not assignable to type/,
    ),
  ],
  'a media type that is not named': [
    file(
      'where several are declared',
      [" mediaType: 'application/pdf',", ''],
      guards.namedMediaType,
      /Property 'mediaType' is missing/,
    ),
    image(
      'where a range is declared',
      [" mediaType: 'image/png',", ''],
      guards.namedMediaTypeOfRange,
      /Property 'mediaType' is missing/,
    ),
  ],
  'a value that is not serialized': [
    file(
      'an object as a body that is not JSON',
      ['body: bytes', 'body: cat'],
      guards.bytes,
      /Type 'Cat' is not assignable to type 'Bytes'|Cat/,
    ),
  ],
  'a wrong status of a range': [
    image(
      'outside of it',
      ['status: 206', 'status: 404'],
      guards.statusOfRange,
      /Type '404' is not assignable/,
    ),
    image(
      'that is declared itself',
      ['status: 206', 'status: 200'],
      guards.statusOfRange,
      /Type '200' is not assignable/,
    ),
    image(
      'that is missing',
      [' status: 206,', ''],
      guards.statusOfRange,
      /Property 'status' is missing/,
    ),
  ],
  'an extra or missing field of the body': [
    written('extra', ["'Emma',", "'Emma', hash: 'x',"], guards.body, noHash),
    written('extra, at depth', ["'Jane' }", "'Jane', hash: 'x' }"], guards.body, noHash),
    one(
      'extra, next to a spread variable',
      ['book }', "{ ...book, hash: 'x' } }"],
      guards.body,
      noHash,
    ),
    one(
      'extra, of type any',
      ['book }', '{ ...book, hash: anything } }'],
      guards.body,
      /'any' is not/,
    ),
    one('extra, through a variable', ['book }', 'row }'], guards.exactBody, noHash),
    one('extra and optional, through a variable', ['book }', 'rarely }'], guards.exactBody, noHash),
    one('extra, at depth, through a variable', ['book }', 'deepRow }'], guards.exactFields, noHash),
    many('extra, in a list', ['[book]', '[row]'], guards.exactElements, noHash),
    many(
      'extra, in a list, next to a valid element',
      ['[book]', '[book, row]'],
      guards.exactElements,
      noHash,
    ),
    many('extra, in a list through a variable', ['[book]', 'rows'], guards.exactElements, noHash),
    written(
      'missing',
      [", authors: [{ name: 'Jane' }]", ''],
      guards.body,
      /'authors' is missing in type/,
    ),
    written('missing, at depth', ["name: 'Jane'", ''], guards.body, /'name' is missing in type/),
    one(
      'missing as a whole',
      [', body: book', ''],
      guards.body,
      /Property 'body' is missing in type/,
    ),
    written(
      'of a different type',
      ["title: 'Emma'", 'title: 1'],
      guards.body,
      /^Type 'number' is not assignable to type 'string'/,
    ),
    none(
      'a whole body, where none is declared',
      ['headers: {}', 'headers: {}, body: book'],
      guards.noBody,
      /is not assignable to type '(never|undefined)'/,
    ),
  ],
  'a reply of a different operation, or no reply': [
    reply(
      'of a different operation',
      ['respondBook[200]', 'respondNewest[200]'],
      guards.ownReply,
      /Type 'Reply<Books, "readNewestBook">' is not assignable to type 'Reply<Books, "readBook">'/,
    ),
    reply(
      'a raw object',
      [
        'respondBook[200]({ headers: noStore, body: book })',
        '({ status: 200, headers: noStore, body: book })',
      ],
      guards.brandedReply,
      /Type '{ status: number; .+ }' is not assignable to type 'Reply<Books, "readBook">/,
    ),
  ],
  'a handler or a reply of a different contract': [
    library(
      'a handler',
      ['= readBook', '= readLibraryBook'],
      guards.ownContract,
      /Type 'Library' is not assignable to type 'Books'|'more' is missing/,
    ),
    reply(
      'a reply',
      ['respondBook[200]', 'respondLibrary[200]'],
      guards.ownContract,
      /Type 'Reply<Library, "readBook">' is not assignable to type 'Reply<Books, "readBook">'/,
    ),
  ],
  'a field that a union does not have': [
    pet('in one of its members', ['body: pet', 'body: spiedCat'], guards.exactUnion, noHash),
    pet(
      'of its other member',
      ['body: pet', 'body: { ...cat, tricks: [] as { name: string }[] }'],
      guards.exactUnion,
      /NotInTheContract<"tricks">/,
    ),
  ],
  'a field that the events or lines of a stream do not have': [
    inlineEvents(
      'in one of a union',
      ['lives: 9', "lives: 9, hash: 'x'"],
      guards.exactEvents,
      noHash,
    ),
    calledEvents(
      'in one of a union, through a variable',
      ["'sit' }]", "'sit' }], hash: 'x'"],
      guards.exactEvents,
      noHash,
    ),
    oneEvent(
      'of another of a union',
      ['data: cat', 'data: { ...cat, tricks: [] as { name: string }[] }'],
      guards.exactEvents,
      /NotInTheContract<"tricks">/,
    ),
    oneEvent('through a variable', ['data: cat', 'data: spiedCat'], guards.exactEvents, noHash),
    oneEvent(
      'of the event itself',
      ['data: cat', "data: cat, hash: 'x'"],
      guards.exactEvents,
      noHash,
    ),
    lines('in a line', ['lives: 9', "lives: 9, hash: 'x'"], guards.exactBody, noHash),
  ],
  'a refusal that the operation does not declare': [
    lending(
      'with its status',
      ['[404]', '[410]'],
      guards.declaredErrors,
      /Property '410' does not exist on type 'Refuse<Loans, "lend">'/,
    ),
    lending(
      'with its code',
      ["'not_found'", "'no_such'"],
      guards.declaredCodes,
      /^Argument of type '"no_such"' is not assignable to parameter of type '"not_found" \| "withdrawn"'/,
    ),
    lending(
      'a reply of success, thrown',
      ['[404]', '[200]'],
      guards.errorsOnly,
      /Property '200' does not exist on type 'Refuse<Loans, "lend">'/,
    ),
    lent(
      'with a header',
      ["'Retry-After': 1 }", "'Retry-After': 1, 'X-Shelf': 'B' }"],
      guards.declaredRefusalHeaders,
      noShelf,
    ),
    lent(
      'with a header, through a variable',
      ["{ 'Retry-After': 1 }", 'retryAndMore'],
      guards.declaredRefusalHeaders,
      noShelf,
    ),
    lent(
      'without a required header',
      ["{ 'Retry-After': 1 }", "{ 'X-Queue': 'B' }"],
      guards.requiredRefusalHeaders,
      /Property ''Retry-After'' is missing in type/,
    ),
    range(
      'with a status of success, where it declares a default',
      ['503', '200'],
      guards.statusOfRange,
      /Type '200' is not assignable to type/,
    ),
    range(
      'with a status that is declared itself',
      ['503', '404'],
      guards.statusOfRange,
      /Type '404' is not assignable to type/,
    ),
    range(
      'with a status of a range that is declared itself',
      ['503', '429'],
      guards.statusOfRange,
      /Type '429' is not assignable to type/,
    ),
  ],
  'a refusal of a function that several operations call': [
    helped(
      'with a status that one does not declare',
      ['requireFree', 'requireAged'],
      guards.neededStatus,
      /Property '410' is missing in type 'Refuse<Loans, "lend">' but required in type 'Can<410, "gone"/,
    ),
    counting(
      'with a code that one does not declare',
      ['requireCopy', 'requirePresent'],
      guards.neededCode,
      /Type '"withdrawn"' is not assignable to type '"not_found" \| "no_shelf"'/,
    ),
    helped(
      'without a header that one requires',
      ['requireFree', 'requireFreeAtOnce'],
      guards.requiredRefusalHeaders,
      /Types of parameters 'options' and 'options' are incompatible/,
    ),
    counting(
      'with the refusals of a different operation',
      ['requireCopy', 'requireLoan'],
      guards.ownRefusals,
      /'Refuse<Loans, "count">' is not assignable to parameter of type 'Refuse<Loans, "lend">'|missing/,
    ),
  ],
  'an entry for an error that deeper code throws': [
    list(
      'with a status that the operation does not declare',
      [
        "Can<404, 'withdrawn'>) => refuse[404]('withdrawn', 'Withdrawn')",
        "Can<410, 'gone'>) => refuse[410]('gone', 'Gone')",
      ],
      guards.mappedForOperation,
      /Property '410' is missing in type 'Refuse<Loans, "lend">' but required in type 'Can<410, "gone"/,
    ),
    list(
      'with a code that the operation does not declare',
      [
        "Can<404, 'withdrawn'>) => refuse[404]('withdrawn', 'Withdrawn')",
        "Can<404, 'no_such'>) => refuse[404]('no_such', 'None')",
      ],
      guards.mappedForOperation,
      /Type '"no_such"' is not assignable to type '"not_found" \| "withdrawn"'/,
    ),
    listed(
      'with a code that the operation does not declare, where the list types it',
      ["refuse[404]('withdrawn', 'Withdrawn')", "refuse[404]('no_such', 'None')"],
      guards.declaredCodes,
      /^Argument of type '"no_such"' is not assignable to parameter of type '"not_found" \| "withdrawn"'/,
    ),
    common(
      'of all operations, with a status that one does not declare',
      [
        "Can<404, 'not_found'>) => refuse[404]('not_found', 'Not found')",
        "Can<409, 'lent', typeof retry>) => refuse[409]('lent', 'Lent', { headers: retry })",
      ],
      guards.mappedForAll,
      /Property '409' is missing in type 'Refuse<Loans, "count">'/,
    ),
    common(
      'of all operations, with a code that one does not declare',
      [
        "Can<404, 'not_found'>) => refuse[404]('not_found', 'Not found')",
        "Can<404, 'withdrawn'>) => refuse[404]('withdrawn', 'Withdrawn')",
      ],
      guards.mappedForAll,
      /Type '"withdrawn"' is not assignable to type '"not_found" \| "no_shelf"'/,
    ),
  ],
  'a security check': [
    served(
      'that is missing',
      ['badge: anyCaller, key: anyText', 'badge: anyCaller'],
      guards.everyScheme,
      /Property 'key' is missing/,
    ),
    served(
      'that is missing, as all of them',
      ['badge: anyCaller, key: anyText', ''],
      guards.everyScheme,
      /missing the following properties from type .*: badge, key/,
    ),
    served(
      'of no scheme',
      ['key: anyText', 'key: anyText, kee: anyText'],
      guards.declaredSchemes,
      /not assignable to type 'NotInTheContract<"kee">'/,
    ),
    served(
      'that returns another principal than the handlers expect',
      ['doorHandlers', 'keyHandlers'],
      guards.principalOfHandlers,
      /is not assignable to type '\{ readonly teeth: number; \} \| undefined'/,
    ),
  ],
  'an entry of a security scheme': [
    scheme(
      'with a status that one of its operations does not declare',
      [
        "Can<404, 'not_found'>) => refuse[404]('not_found', 'Not found')",
        "Can<409, 'lent', typeof retry>) => refuse[409]('lent', 'Lent', { headers: retry })",
      ],
      guards.mappedForScheme,
      /Property '409' is missing in type 'RefuseOfCheck<Loans, "count">'/,
    ),
    scheme(
      'with a code that one of its operations does not declare',
      [
        "Can<404, 'not_found'>) => refuse[404]('not_found', 'Not found')",
        "Can<404, 'withdrawn'>) => refuse[404]('withdrawn', 'Withdrawn')",
      ],
      guards.mappedForScheme,
      /Type '"withdrawn"' is not assignable to type '"not_found" \| "no_shelf"'/,
    ),
  ],
  'a refusal of a security check': [
    check(
      'with a status that one of its operations does not declare',
      [
        "Can<401 | 403, 'no_badge'>) => {\n    throw refuse[401]('no_badge', 'Show your badge')",
        "Can<410, 'gone'>) => {\n    throw refuse[410]('gone', 'Gone')",
      ],
      guards.checkedForScheme,
      /Property '410' is missing in type 'RefuseOfCheck<Loans, "(lend|count)">'/,
    ),
    check(
      'with a code that one of its operations does not declare',
      [
        "Can<401 | 403, 'no_badge'>) => {\n    throw refuse[401]('no_badge', 'Show your badge')",
        "Can<404, 'withdrawn'>) => {\n    throw refuse[404]('withdrawn', 'Withdrawn')",
      ],
      guards.checkedForScheme,
      /Type '"withdrawn"' is not assignable to type '"not_found" \| "no_shelf"'/,
    ),
  ],
  'the principal of an alternative as if there were no other': [
    keeper(
      'where nobody is let in, too',
      ['principal ? (', 'true ? ('],
      guards.principalOfScheme,
      /^'principal' is possibly 'undefined'/,
    ),
    keeper(
      'where it is one of several schemes',
      ['principal.token.scopes', 'principal.scopes'],
      guards.principalsOfSchemes,
      /^Property 'scopes' does not exist on type/,
    ),
  ],
  'the principal in a public operation': [
    reader(
      'its name',
      ['request.http.url', 'request.principal.name'],
      guards.principalOfPublic,
      /^Property 'principal' does not exist on type 'Request<Books, "readBook", Principals>'/,
    ),
  ],
  'a scope that the operation does not require': [
    writer(
      'an undeclared scope',
      ['books:write', 'books:burn'],
      guards.requiredScopes,
      /^Argument of type '"books:burn"' is not assignable to parameter of type '"books:write"'/,
    ),
  ],
}
