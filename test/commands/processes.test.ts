/** Each command in a process of its own, as a shell runs it: its arguments, its standard input, its outputs and its exit status. */
import { join } from 'node:path'
import { expect, it } from 'vitest'
import { temporaryFolder, tessera, tesseraProcess } from '../harness/command.ts'

const passphrase = 'correct horse battery\n'
const folder = () => ({ DATABASE_URL: join(temporaryFolder(), 'test.db'), BCRYPT_COST: '10' })
const line = JSON.stringify({ username: 'bob', hashed_password: `$2b$04$${'a'.repeat(53)}` })

it.each([
  ['user', ['user', 'add', 'alice', '--json'], passphrase, /^\{\n {2}"user_id": "u_/],
  ['user import', ['user', 'import', '-'], `${line}\n`, /^imported 1 user\n$/],
  ['client', ['client', 'add', 'batch'], '', /batch/],
  ['keys', ['keys', 'list'], '', /^no keys: /],
  ['audit', ['audit', 'tail', '--json'], '', /^\{"event_id":"[^"]+","kind":"user_added"/],
  ['migrate', ['migrate', '--json'], '', /^\[\]\n$/],
  ['backup', ['backup', '/dev/null', '--json'], '', undefined],
])('tessera %s reads its input, prints, and ends with its status', async (_, args, input, out) => {
  const settings = folder()
  await tessera(['user', 'add', 'carol'], { settings, input: passphrase })
  const outcome = await tesseraProcess(args, { settings, input })
  if (out) return expect(outcome).toEqual({ status: 0, err: '', out: expect.stringMatching(out) })
  expect(outcome).toEqual({ status: 1, out: '', err: 'tessera: /dev/null is there already\n' })
})

it('tessera --help, --version and what it does not know end as a shell expects', async () => {
  expect(await tesseraProcess(['--help'])).toMatchObject({ status: 0, err: '' })
  expect((await tesseraProcess(['--version'])).out).toMatch(/^\d+\.\d+\.\d+\n$/)
  const unknown = await tesseraProcess(['unknown'])
  expect(unknown).toMatchObject({ status: 1, out: '' })
  expect(unknown.err).toMatch(/^error: unknown command 'unknown'\n/)
})
