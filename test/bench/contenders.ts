/** Who is measured: what people would use instead, each as its own documentation builds it, and none made slower. */
import { execFileSync } from 'node:child_process'
import { existsSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import manifest from '../../package.json' with { type: 'json' }
import type { Program } from './process.ts'

const here = (path: string) => fileURLToPath(new URL(path, import.meta.url))
export const bcryptCost = 12

export interface Contender {
  readonly name: string
  readonly program: Program
  /** Where it answers the account. */
  readonly path: string
  /** Whether an access token is needed. */
  readonly secured: boolean
}

function node(name: string, file: string, secured: boolean): Contender {
  const environment = { BCRYPT_COST: String(bcryptCost), NODE_ENV: 'production' }
  const program = { command: process.execPath, arguments: [here(file)], environment }
  return { name, program, path: '/users/me', secured }
}

export const nodeHttp = node('node:http', 'contenders/node-http.ts', false)
export const bareExpress = node('Express', 'contenders/express.ts', false)
export const expressOAuthServer = node(
  '@node-oauth/express-oauth-server',
  'contenders/express-oauth-server.ts',
  true,
)

/** Those that `npm start` gives to Node. */
const [, ...startArguments] = manifest.scripts.start.split(' ')

/** The production server on a database, quiet unless said otherwise. */
export function tessera(
  database: string,
  settings: Readonly<Record<string, string>> = {},
): Contender {
  const environment = {
    PORT: '0',
    DATABASE_URL: database,
    BCRYPT_COST: String(bcryptCost),
    LOGIN_MAX_FAILURES: '10000',
    LOG_LEVEL: 'silent',
    ISSUER: issuer,
    ...settings,
  }
  const program = {
    command: process.execPath,
    arguments: startArguments,
    environment,
    folder: here('../..'),
  }
  return { name: 'Tessera', program, path: '/users/me', secured: true }
}

/** The same for every server of a run, so that tokens made beforehand are good for all. */
export const issuer = 'http://127.0.0.1:8000'

/** Tessera with the contract grown, or cut, to so many operations. */
export function tesseraOf(operations: number): Contender {
  const contender = node('Tessera', 'contenders/tessera-of.ts', true)
  const program = {
    ...contender.program,
    arguments: [here('contenders/tessera-of.ts'), String(operations)],
  }
  return { ...contender, name: `Tessera, ${operations} operations`, program }
}

const environmentFolder = here('../../node_modules/.cache/bench-python')
const python = `${environmentFolder}/bin/python`

/** The tutorial's application; or why it cannot run here. */
export function seed({ accessLog = false } = {}): Contender | string {
  const failure = installSeed()
  if (failure) return failure
  const log = accessLog ? [] : ['--no-access-log']
  const program = {
    command: python,
    arguments: ['-W', 'ignore', '-m', 'uvicorn', 'app:app', '--port', '0', ...log],
    folder: here('contenders/seed'),
  }
  return { name: 'FastAPI tutorial on uvicorn', program, path: '/users/me/', secured: true }
}

function installSeed(): string | undefined {
  try {
    if (!existsSync(python)) {
      execFileSync('python3', ['-m', 'venv', environmentFolder], { stdio: 'pipe' })
    }
    const requirements = here('contenders/seed/requirements.txt')
    const pip = ['-m', 'pip', 'install', '--quiet', '--disable-pip-version-check']
    execFileSync(python, [...pip, '--requirement', requirements], { stdio: 'pipe' })
    return undefined
  } catch (error) {
    const [reason = 'Python is missing'] = String(error).trim().split('\n').reverse()
    return reason
  }
}
