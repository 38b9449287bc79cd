/** A copy of this repository that a test may change: contract, sources and generated files. */
import { spawn } from 'node:child_process'
import { cpSync, mkdtempSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { type Edit, edited } from './edited.ts'

const root = fileURLToPath(new URL('../../', import.meta.url))

export interface Outcome {
  /** Null if the process was killed. */
  readonly status: number | null
  readonly out: string
  readonly err: string
}

export interface RepositoryCopy extends Disposable {
  read(file: string): string
  write(file: string, text: string): void
  edit(file: string, ...edits: readonly Edit[]): void
  remove(file: string): void
  /** Runs Node in the copy to its end, at most 25 seconds. */
  node(...args: readonly string[]): Promise<Outcome>
}

export function repositoryCopy(): RepositoryCopy {
  const folder = mkdtempSync(join(tmpdir(), 'tessera-copy-'))
  for (const name of ['openapi.yaml', 'package.json', 'src', 'generated'])
    cpSync(join(root, name), join(folder, name), { recursive: true })
  symlinkSync(join(root, 'node_modules'), join(folder, 'node_modules'), 'junction')
  const read = (file: string) => readFileSync(join(folder, file), 'utf8')
  const write = (file: string, text: string) => writeFileSync(join(folder, file), text)
  return {
    read,
    write,
    edit: (file, ...edits) => write(file, edited(read(file), ...edits)),
    remove: (file) => rmSync(join(folder, file), { recursive: true }),
    node: (...args) => run(folder, args),
    [Symbol.dispose]: () => rmSync(folder, { recursive: true, force: true }),
  }
}

function run(cwd: string, args: readonly string[]): Promise<Outcome> {
  const { PATH = '' } = process.env
  const env = { PATH, PORT: '0', DATABASE_URL: join(cwd, 'copy.db') }
  const child = spawn(process.execPath, args, { cwd, env, timeout: 100_000 })
  let out = ''
  let err = ''
  child.stdout.on('data', (chunk) => {
    out += chunk
  })
  child.stderr.on('data', (chunk) => {
    err += chunk
  })
  return new Promise((done) => child.on('close', (status) => done({ status, out, err })))
}
