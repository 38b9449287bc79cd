/** `npm run bench:import [-- FORMAT]`: what `tessera user import` needs for 100,000 accounts, by format, in a new SQLite database each. */
import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { createWriteStream, mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { Readable } from 'node:stream'
import { pipeline } from 'node:stream/promises'

const accounts = 100_000
const [only] = process.argv.slice(2)
const bcrypt = `$2b$12$${'x'.repeat(53)}`
const argon2 = `$argon2id$v=19$m=19456,t=2,p=1$c2FsdHNhbHRzYWx0c2E$${'a'.repeat(43)}`

interface Format {
  readonly before?: string
  readonly between: string
  readonly after?: string
  readonly options?: readonly string[]
  readonly record: (at: number) => string
}

const profile = (at: number) => ({
  username: `user-${at}`,
  email: `user-${at}@example.com`,
  full_name: `User Number ${at}`,
})
const ownRecord = (at: number, hash: string) =>
  JSON.stringify({ ...profile(at), password_hash: hash })

const formats: Readonly<Record<string, Format>> = {
  'lines of JSON, bcrypt': { between: '\n', record: (at) => ownRecord(at, bcrypt) },
  'lines of JSON, Argon2': { between: '\n', record: (at) => ownRecord(at, argon2) },
  'a JSON list': { before: '[', between: ',', after: ']', record: (at) => ownRecord(at, bcrypt) },
  CSV: {
    before: 'username,email,full_name,password_hash\n',
    between: '\n',
    record: (at) => [...Object.values(profile(at)), bcrypt].join(','),
  },
  Keycloak: {
    before: '{"realm":"example","users":[',
    between: ',',
    after: ']}',
    options: ['--from', 'keycloak'],
    record: (at) =>
      JSON.stringify({
        id: `8f4c-${at}`,
        createdTimestamp: 1714566896789,
        username: `user-${at}`,
        enabled: true,
        email: `user-${at}@example.com`,
        firstName: 'User',
        lastName: `Number ${at}`,
        credentials: [
          {
            type: 'password',
            secretData: JSON.stringify({
              value: `${'A'.repeat(86)}==`,
              salt: `${'s'.repeat(22)}==`,
            }),
            credentialData: JSON.stringify({ hashIterations: 27500, algorithm: 'pbkdf2-sha256' }),
          },
        ],
      }),
  },
}

/** Prints what the process has used, when it ends. */
const report = `data:text/javascript,${encodeURIComponent(
  "process.on('exit',()=>{const{userCPUTime:u,systemCPUTime:s,maxRSS:m}=process.resourceUsage();process.stderr.write('used '+JSON.stringify([(u+s)/1e6,m/1024]))})",
)}`

const folder = mkdtempSync(join(tmpdir(), 'tessera-import-'))
try {
  process.stdout.write('| format | CPU | wall | memory |\n|---|---|---|---|\n')
  for (const [name, format] of Object.entries(formats)) {
    if (only !== undefined && only !== name) continue
    process.stderr.write(`${name}\n`)
    const file = join(folder, 'accounts')
    await pipeline(Readable.from(textOf(format)), createWriteStream(file))
    const { cpu, wall, memory } = await importFile(file, format.options ?? [])
    process.stdout.write(
      `| ${name} | ${cpu.toFixed(1)} s | ${wall.toFixed(1)} s | ${memory.toFixed(0)} MiB |\n`,
    )
  }
} finally {
  rmSync(folder, { recursive: true, force: true })
}

function* textOf({ before = '', between, after = '', record }: Format): Generator<string> {
  yield before
  for (let at = 0; at < accounts; at++) yield `${at > 0 ? between : ''}${record(at)}`
  yield after
}

async function importFile(file: string, options: readonly string[]) {
  const database = join(mkdtempSync(join(folder, 'database-')), 'tessera.db')
  const start = performance.now()
  const child = spawn(
    process.execPath,
    [
      '--max-semi-space-size=4',
      '--import',
      report,
      'src/start.js',
      'user',
      'import',
      file,
      ...options,
    ],
    { env: { ...process.env, DATABASE_URL: database }, stdio: ['ignore', 'pipe', 'pipe'] },
  )
  let said = ''
  for (const output of [child.stdout, child.stderr])
    output.on('data', (text) => {
      said += text
    })
  await once(child, 'close')
  const wall = (performance.now() - start) / 1000
  const [, used] = /used (\[.*\])/.exec(said) ?? []
  if (child.exitCode !== 0 || used === undefined) throw new Error(said.slice(0, 500))
  const [cpu = 0, memory = 0]: number[] = JSON.parse(used)
  return { cpu, wall, memory }
}
