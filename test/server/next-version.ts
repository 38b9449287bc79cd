/**
 * The next version of the packages, as an upgrade finds it: a migration that rebuilds `users`, an operation, an optional text of
 * accounts, and a property that every account in a response has.
 */
import { execFileSync } from 'node:child_process'
import { readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { type Edit, edited } from '../contract/edited.ts'

const nextVersion = '99.0.0'

const manifests = [
  'package.json',
  'src/manifest.json',
  'src/contract/manifest.json',
  'src/client/package.json',
]

const greeting = `  /greeting:
    get:
      operationId: readGreeting
      summary: Read a greeting
      description: A greeting for the account of the token.
      tags: [Account]
      security:
        - OAuth2: [me:read]
      responses:
        '200':
          description: The greeting.
          headers:
            Cache-Control: { $ref: '#/components/headers/NoStore' }
          content:
            application/json: { schema: { $ref: '#/components/schemas/Greeting' } }
        '400': { $ref: '#/components/responses/InvalidCall' }
        '401': { $ref: '#/components/responses/Unauthorized' }
        '403': { $ref: '#/components/responses/Forbidden' }
        '500': { $ref: '#/components/responses/ServerError' }
        '503': { $ref: '#/components/responses/Unavailable' }

`

const schemas = `    Greeting:
      type: object
      required: [text]
      properties:
        text: { type: string, maxLength: 300 }

    Language: { description: The language of the account., type: string, minLength: 2, maxLength: 35, pattern: '^[A-Za-z0-9-]+$' }

    LanguageChange: { description: The new language. \`null\` removes it., type: [string, 'null'], minLength: 2, maxLength: 35, pattern: '^[A-Za-z0-9-]+$' }

`

/** On SQLite, a copy of the table takes its place, as it must for what `alter table` cannot change there. */
const migration = `/** Adds the language of an account. */
import { sql } from 'kysely'
import type { MigrationOf } from './column-types.ts'
import { rebuildTable } from './rebuild-table.ts'

export const migration: MigrationOf = ({ isSqlite, text }) => ({
  async up(db) {
    if (!isSqlite) {
      await sql\`alter table users add column language \${text}\`.execute(db)
      return
    }
    const { rows: [table] } = await sql<{ sql: string }>\`select sql from sqlite_master where name = 'users'\`.execute(db)
    const { rows: columns } = await sql<{ name: string }>\`select name from pragma_table_info('users')\`.execute(db)
    const columnsOf = (made = '') => made.slice(made.indexOf('(') + 1, made.lastIndexOf(')'))
    const definition = sql.raw(columnsOf(table?.sql) + ', language text')
    await rebuildTable(db, 'users', definition, columns.map(({ name }) => name))
  },
})
`

const handler = `/** GET /greeting: a greeting for the account of the token. */
import { type Handler, noStore } from '../handler.ts'

export const readGreeting = (): Handler<'readGreeting'> => (request, respond) =>
  respond[200]({ headers: noStore, body: { text: \`Hello, \${request.principal.user.username}!\` } })
`

/** By file. */
const edits: Readonly<Record<string, readonly Edit[]>> = {
  'openapi.yaml': [
    ['\n  /users/me/items:\n', `\n${greeting}  /users/me/items:\n`],
    ['\n    Items:\n', `\n${schemas}    Items:\n`],
    [
      `      description: An account.
      type: object
      required: [user_id, username, email_verified, disabled, scopes, created_at]
      properties:
`,
      `      description: An account.
      type: object
      required: [user_id, username, email_verified, disabled, scopes, created_at, version]
      properties:
        language: { $ref: '#/components/schemas/Language' }
        version: { description: The number of its changes and one., type: integer, minimum: 1, maximum: 9007199254740991 }
`,
    ],
    [
      `        email: [current_password]
      properties:
`,
      `        email: [current_password]
      properties:
        language: { $ref: '#/components/schemas/LanguageChange' }
`,
    ],
  ],
  'src/operations/index.ts': [
    [
      'import { readUsersMe }',
      "import { readGreeting } from './account/read-greeting.ts'\nimport { readUsersMe }",
    ],
    [
      '  readUsersMe: readUsersMe(),',
      '  readGreeting: readGreeting(),\n  readUsersMe: readUsersMe(),',
    ],
  ],
  'src/store/schema.ts': [
    ['  full_name: string | null\n', '  full_name: string | null\n  language: string | null\n'],
  ],
  'src/store/user-row.ts': [
    [
      '  readonly fullName: string | undefined\n',
      '  readonly fullName: string | undefined\n  readonly language: string | undefined\n',
    ],
    [
      '    fullName: row.full_name ?? undefined,\n',
      '    fullName: row.full_name ?? undefined,\n    language: row.language ?? undefined,\n',
    ],
    ["  full_name: 'full_name',\n", "  full_name: 'full_name',\n  language: 'language',\n"],
    [
      '    full_name: user.fullName ?? null,\n',
      '    full_name: user.fullName ?? null,\n    language: user.language ?? null,\n',
    ],
  ],
  'src/accounts/profile.ts': [
    ['  fullName: undefined,\n', '  fullName: undefined,\n  language: undefined,\n'],
    ["  | 'created_at'\n", "  | 'created_at'\n  | 'version'\n"],
    [
      '  full_name: {\n',
      "  language: { name: 'language', key: 'language', schema: 'Language', fault: 'the language is not valid' },\n  full_name: {\n",
    ],
  ],
  'src/accounts/user-body.ts': [
    ['    created_at: new Date', '    version: user.version,\n    created_at: new Date'],
  ],
  'src/commands/user-commands.ts': [
    [
      "    fullName: ['--full",
      "    language: ['--language <tag>', 'language (default: none)'],\n    fullName: ['--full",
    ],
  ],
}

/** Changes a copy of the sources to the next version. */
export function makeNextVersion(folder: string): void {
  const change = (file: string, edit: (text: string) => string) =>
    writeFileSync(join(folder, file), edit(readFileSync(join(folder, file), 'utf8')))
  for (const [file, list] of Object.entries(edits)) change(file, (text) => edited(text, ...list))
  writeFileSync(join(folder, 'src/store/migrations/0900-language.ts'), migration)
  writeFileSync(join(folder, 'src/operations/account/read-greeting.ts'), handler)
  for (const file of manifests) change(file, withNextVersion)
  execFileSync(process.execPath, ['src/generate.ts'], { cwd: folder, stdio: 'pipe' })
}

/** Packages of different versions do not fit each other. */
function withNextVersion(text: string): string {
  const { peerDependencies, ...manifest } = JSON.parse(text)
  const peers = Object.keys(peerDependencies ?? {}).filter((name) => name.startsWith('@tessera'))
  const next = Object.fromEntries(peers.map((name) => [name, `^${nextVersion}`]))
  return JSON.stringify({
    ...manifest,
    version: nextVersion,
    peerDependencies: { ...peerDependencies, ...next },
  })
}
