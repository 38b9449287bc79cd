/** The mistakes of the table: for each library, how its probe makes them. */
import type { Edit } from '../edited.ts'

/** The probes in `probes/`, in the order of the columns, with the package whose version the table names. */
export const libraries = [
  { probe: 'tessera', name: 'this package', package: undefined },
  { probe: 'hey-api-fastify', name: 'hey-api Fastify', package: '@hey-api/openapi-ts' },
  {
    probe: 'nahkies-express',
    name: 'nahkies Express',
    package: '@nahkies/typescript-express-runtime',
  },
  { probe: 'openapi-ts-router', name: 'openapi-ts-router', package: 'openapi-ts-router' },
  { probe: 'hono-zod-openapi', name: 'hono zod-openapi', package: '@hono/zod-openapi' },
  { probe: 'orpc', name: 'oRPC', package: '@orpc/contract' },
  { probe: 'openapi-backend', name: 'openapi-backend', package: 'openapi-backend' },
  {
    probe: 'express-openapi-validator',
    name: 'express-openapi-validator, openapi-typescript',
    package: 'express-openapi-validator',
  },
] as const

export type Probe = (typeof libraries)[number]['probe']

export interface Row {
  readonly title: string
  /** A library without an edit has nothing in which the mistake could be made. */
  readonly edits: Readonly<Partial<Record<Probe, Edit>>>
}

const book = "{ book_id: 1, title: 'Emma' }"
const spied = "{ book_id: 1, title: 'Emma', hash: 'x' }"
const etag = `res.set('ETag', '"1"')`

/** The same edit for several probes. */
const all = (edit: Edit, ...probes: readonly Probe[]) =>
  Object.fromEntries(probes.map((probe) => [probe, edit]))

const everywhere = libraries.map(({ probe }) => probe)
const onExpress = [
  'nahkies-express',
  'openapi-ts-router',
  'openapi-backend',
  'express-openapi-validator',
] as const

export const rows: readonly Row[] = [
  {
    // Not in Hono: there, a route without a handler is in no document either.
    title: 'missing handler',
    edits: {
      tessera: [
        '  addBook: ({ body }, respond) =>\n    respond[201]({ headers: {}, body: { book_id: 1, title: body.title } }),\n',
        '',
      ],
      'hey-api-fastify': [
        '  addBook: async (request, reply) =>\n    reply.code(201).send({ book_id: 1, title: request.body.title }),\n',
        '',
      ],
      'nahkies-express': [
        '  addBook: async ({ body }, respond) => respond.with201().body({ book_id: 1, title: body.title }),\n',
        '',
      ],
      'openapi-ts-router': [
        "openApiRouter.post('/books', {\n  bodyValidator: zValidator(z.object({ title: z.string() })),\n  handler: (req, res) => void res.status(201).send({ book_id: 1, title: req.body.title }),\n})\n",
        '',
      ],

      orpc: [
        '  addBook: os.addBook.handler(({ input }) => ({ book_id: 1, title: input.title })),\n',
        '',
      ],
      'openapi-backend': [
        '  addBook: (c: Context<{ title: string }>, _req: Request, res: Response) =>\n    res.status(201).json({ book_id: 1, title: c.request.requestBody.title }),\n',
        '',
      ],
      'express-openapi-validator': [
        "app.post(\n  '/books',\n  (req, res: Response<Book>) => void res.status(201).json({ book_id: 1, title: req.body.title }),\n)\n",
        '',
      ],
    },
  },
  {
    title: 'undeclared success status',
    edits: {
      tessera: ['respond[200]({ headers: { ETag', 'respond[206]({ headers: { ETag'],
      'hey-api-fastify': [`reply.code(200).send(${book})`, `reply.code(206).send(${book})`],
      'nahkies-express': [`respond.with200().body(${book})`, `respond.with206().body(${book})`],
      ...all(
        [`res.status(200).send(${book})`, `res.status(206).send(${book})`],
        'openapi-ts-router',
      ),
      'hono-zod-openapi': [`c.json(${book}, 200)`, `c.json(${book}, 206)`],
      orpc: ['return { status: 200,', 'return { status: 206,'],
      ...all(
        [`res.status(200).json(${book})`, `res.status(206).json(${book})`],
        'openapi-backend',
        'express-openapi-validator',
      ),
    },
  },
  { title: 'extra field in a literal', edits: all([book, spied], ...everywhere) },
  { title: 'extra field by way of a variable', edits: all([book, 'row'], ...everywhere) },
  {
    title: 'undeclared header',
    edits: {
      tessera: [`{ ETag: '"1"' }`, `{ ETag: '"1"', 'X-Shelf': 'a' }`],
      'hey-api-fastify': [
        `reply.header('ETag', '"1"')`,
        `reply.header('ETag', '"1"').header('X-Shelf', 'a')`,
      ],
      ...all([etag, `${etag}.set('X-Shelf', 'a')`], ...onExpress),
      'hono-zod-openapi': [
        `c.header('ETag', '"1"')`,
        `c.header('ETag', '"1"')\n  c.header('X-Shelf', 'a')`,
      ],
      orpc: [`{ etag: '"1"' }`, `{ etag: '"1"', 'x-shelf': 'a' }`],
    },
  },
  {
    title: 'missing header',
    edits: {
      tessera: [`{ ETag: '"1"' }`, '{}'],
      'hey-api-fastify': [`    reply.header('ETag', '"1"')\n`, ''],
      ...all([etag, ''], ...onExpress),
      'hono-zod-openapi': [`  c.header('ETag', '"1"')\n`, ''],
      orpc: [`{ etag: '"1"' }`, '{}'],
    },
  },
  {
    title: 'scope that the operation does not require',
    edits: { tessera: ["'books:read')\n", "'books:burn')\n"] },
  },
  {
    title: 'undeclared error status',
    edits: {
      tessera: ['refuse[404]', 'refuse[410]'],
      'hey-api-fastify': [
        'reply.code(404).send({ status: 404',
        'reply.code(410).send({ status: 404',
      ],
      'nahkies-express': ['respond.with404()', 'respond.with410()'],
      'openapi-ts-router': ['NotFound(404,', 'NotFound(410,'],
      'hono-zod-openapi': ["detail: 'Not found' }, 404)", "detail: 'Not found' }, 410)"],
      orpc: ['errors.not_found(', 'errors.gone('],
      ...all(
        ['res.status(404)', 'res.status(410)'],
        'openapi-backend',
        'express-openapi-validator',
      ),
    },
  },
  {
    title: 'undeclared error code',
    edits: {
      tessera: ["refuse[404]('not_found'", "refuse[404]('gone'"],
      ...all(
        ["code: 'not_found'", "code: 'gone'"],
        'hey-api-fastify',
        'nahkies-express',
        'hono-zod-openapi',
        'openapi-backend',
        'express-openapi-validator',
      ),
      'openapi-ts-router': ["404, 'not_found'", "404, 'gone'"],
      orpc: ['errors.not_found(', 'errors.gone('],
    },
  },
]
