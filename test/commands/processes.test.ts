/** Each command as a process, in this order on one database: it reads its input, prints its output and exits. */
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { temporaryFolder, tessera, tesseraProcess } from '../harness/command.ts'
import { isPostgres, type TestDatabase, testDatabase } from '../harness/database.ts'

let database: TestDatabase
beforeAll(async () => {
  database = await testDatabase()
})
afterAll(() => database.drop())

const passphrase = 'correct horse battery\n'
const imported = JSON.stringify({ username: 'bob', hashed_password: `$2b$04$${'a'.repeat(53)}` })
const shared = { SIGNING_ALG: 'HS256', SECRET_KEY: 's'.repeat(32) }

type Run = [command: string, printed: RegExp, input?: string, settings?: Record<string, string>]

const runs: Run[] = [
  ['migrate', isPostgres ? /^nothing to apply\n$/ : /^applied 0001-/],
  ['user add alice --scopes users:write', /^added alice /, passphrase],
  ['user list', /^alice /],
  ['user show alice', /^username {3}alice\n/],
  ['user scopes alice me:read users:write', /^alice has me:read users:write\n$/],
  ['user scopes --all --add me:read', /^changed 0 of 1 accounts\n$/],
  ['user email alice alice@example.com --verified', /alice@example\.com/],
  ['user password alice', /^changed the password of alice\n$/, passphrase],
  ['user import -', /^imported 1 user\n$/, `${imported}\n`],
  ['user disable bob', /bob/],
  ['user enable bob', /bob/],
  ['user delete bob', /^deleted bob\n$/],
  ['user add carl --email carl@example.com --no-password', /^added carl /],
  ['user invite carl', / invitation to carl@example\.com\n$/, '', { MAIL_DIR: 'mails' }],
  ['client add batch', /batch/],
  ['client list', /batch/],
  ['client disable batch', /batch/],
  ['client enable batch', /batch/],
  ['client rotate-secret batch', /^secret: /],
  ['keys list', /^no keys: /],
  ['keys rotate', / RS256 {2}signs\b/],
  ['keys retire --all', /^retired /],
  ['keys export-hs256', /^\{"kty":"oct"/, '', shared],
  ['audit tail', /user_added/],
  ['contract diff openapi.yaml', /^nothing has changed\n$/],
]

describe('tessera, as a process', () => {
  it.each(runs)('%s', async (command, printed, input = '', settings = {}) => {
    const outcome = await tesseraProcess(command.split(' '), {
      settings: { ...database.settings, BCRYPT_COST: '10', ...settings },
      input,
    })
    expect(outcome).toEqual({ status: 0, err: '', out: expect.stringMatching(printed) })
  })

  it('seed', async () => {
    const { settings, drop } = await testDatabase()
    const outcome = await tesseraProcess(['seed'], { settings: { ...settings, BCRYPT_COST: '10' } })
    await drop()
    expect(outcome).toMatchObject({ status: 0, out: expect.stringMatching(/^added johndoe\//) })
  })

  it('backup', async () => {
    const file = join(temporaryFolder(), 'backup.db')
    const { settings } = database
    const { status, out } = await tesseraProcess(['backup', file, '--json'], { settings })
    expect({ status, file: out && JSON.parse(out).file }).toEqual(
      isPostgres ? { status: 1, file: '' } : { status: 0, file },
    )
  })

  it('compact', async () => {
    const { status, out } = await tesseraProcess(['compact'], { settings: database.settings })
    expect({ status, out }).toEqual(
      isPostgres
        ? { status: 1, out: '' }
        : { status: 0, out: expect.stringMatching(/^compacted .* bytes\n$/) },
    )
  })

  it('exits with 1 after an unknown command, and with 0 after --help and --version', async () => {
    expect(await tesseraProcess(['--help'])).toMatchObject({ status: 0, err: '' })
    expect((await tesseraProcess(['--version'])).out).toMatch(/^\d+\.\d+\.\d+\n$/)
    const unknown = await tesseraProcess(['unknown'])
    expect(unknown).toMatchObject({ status: 1, out: '' })
    expect(unknown.err).toMatch(/^error: unknown command 'unknown'\n/)
  })

  it('has no other command except those that serve', async () => {
    const others = ['seed', 'backup', 'compact', 'serve', 'demo', 'contract', 'new', 'dev']
    const here = [...runs.map(([command]) => command), ...others]
    const known = new Set(here.map((command) => command.split(' ').slice(0, 2).join(' ')))
    const all: string[] = []
    for (const command of await commandsIn()) {
      const below = await commandsIn(command)
      all.push(...(below.length > 0 ? below.map((each) => `${command} ${each}`) : [command]))
    }
    expect(all.filter((command) => !known.has(command))).toEqual([])
    expect(all.length).toBeGreaterThan(20)
  })
})

/** The commands that the help lists. */
async function commandsIn(...group: string[]): Promise<string[]> {
  const { out } = await tessera([...group, '--help'])
  const [, list = ''] = /^Commands:\n((?: .*\n)*)/m.exec(out) ?? []
  const names = [...list.matchAll(/^ {2}([\w-]+)/gm)].map(([, name = '']) => name)
  return names.filter((name) => name !== 'help')
}
