/** The servers that are measured: each alternative as its documentation builds it, with no option that makes it slower. */
import { execFileSync } from 'node:child_process'
import { randomUUID } from 'node:crypto'
import { existsSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import manifest from '../../package.json' with { type: 'json' }
import { formHeaders } from './load.ts'
import type { Program } from './process.ts'

const here = (path: string) => fileURLToPath(new URL(path, import.meta.url))
export const bcryptCost = 12

export interface Contender {
  readonly name: string
  readonly program: Program
  /** The path that returns the account. */
  readonly path: string
}

/** A contender that requires an access token. */
export interface SecuredContender extends Contender {
  readonly login: Login
}

/** The request that logs johndoe in. */
export interface Login {
  readonly path: string
  readonly headers: Readonly<Record<string, string>>
  readonly body: string
  /** Reads the access token from the response. */
  readonly token: (response: Response) => Promise<unknown>
}

const johndoe = { username: 'johndoe', password: 'secret123' }

function passwordGrant(parameters: Readonly<Record<string, string>> = {}): Login {
  const form = new URLSearchParams({ grant_type: 'password', ...johndoe, ...parameters })
  return { path: '/token', headers: formHeaders, body: form.toString(), token: accessToken }
}

async function accessToken(response: Response): Promise<unknown> {
  const { access_token } = (await response.json()) as { access_token: string }
  return access_token
}

function node(
  name: string,
  file: string,
  environment: Readonly<Record<string, string>> = {},
): Contender {
  const program = {
    command: process.execPath,
    arguments: [here(file)],
    environment: { BCRYPT_COST: String(bcryptCost), NODE_ENV: 'production', ...environment },
  }
  return { name, program, path: '/users/me' }
}

export const nodeHttp = node('node:http', 'contenders/node-http.ts')
export const bareExpress = node('Express', 'contenders/express.ts')
/** The least that a server on Express and SQLite can do for an account. */
export function expressSqlite(database: string): Contender {
  return node('Express, helmet, a read of SQLite', 'contenders/express-sqlite.ts', {
    DATABASE_URL: database,
  })
}
export const expressOAuthServer: SecuredContender = {
  ...node('@node-oauth/express-oauth-server', 'contenders/express-oauth-server.ts'),
  login: passwordGrant({ client_id: 'bench' }),
}

/** Better Auth on a new database beside `database`. It hashes passwords with its own scrypt, not with bcrypt. */
export function betterAuth(database: string): SecuredContender {
  const file = `${database}.better-auth.${randomUUID()}`
  const body = JSON.stringify({ email: 'johndoe@example.com', password: johndoe.password })
  return {
    ...node('Better Auth (scrypt)', 'contenders/better-auth.ts', { DATABASE_FILE: file }),
    path: '/api/me',
    login: {
      path: '/api/auth/sign-in/email',
      // Node's fetch sends Sec-Fetch-Mode, as browsers do; Better Auth then requires an Origin that it trusts.
      headers: { 'Content-Type': 'application/json', Origin: 'http://127.0.0.1' },
      body,
      token: async ({ headers }) => headers.get('set-auth-token'),
    },
  }
}

/** The arguments that `npm start` passes to Node. */
const [, ...startArguments] = manifest.scripts.start.split(' ')

/** The production server on a database; it logs nothing unless `settings` change that. */
export function tessera(
  database: string,
  settings: Readonly<Record<string, string>> = {},
): SecuredContender {
  const environment = {
    PORT: '0',
    DATABASE_URL: database,
    BCRYPT_COST: String(bcryptCost),
    LOGIN_MAX_FAILURES: '10000',
    // All requests are those of one account.
    ACCOUNT_WRITES_PER_MINUTE: '1000000',
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
  return { name: 'Tessera', program, path: '/users/me', login: passwordGrant() }
}

/** The same for every server of a run, so that tokens issued before are valid on all servers. */
export const issuer = 'http://127.0.0.1:8000'

/** Tessera with a contract of the given number of operations. */
export function tesseraOf(operations: number): SecuredContender {
  const name = `Tessera, ${operations} operations`
  const contender = node(name, 'contenders/tessera-of.ts', { OPERATIONS: String(operations) })
  return { ...contender, login: passwordGrant() }
}

const environmentFolder = here('../../node_modules/.cache/bench-python')
const python = `${environmentFolder}/bin/python`

/** The tutorial's application, or the reason why it cannot run here. */
export function seed({ accessLog = false } = {}): SecuredContender | string {
  const failure = installSeed()
  if (failure) return failure
  const log = accessLog ? [] : ['--no-access-log']
  const program = {
    command: python,
    arguments: ['-W', 'ignore', '-m', 'uvicorn', 'app:app', '--port', '0', ...log],
    folder: here('contenders/seed'),
  }
  const name = 'FastAPI tutorial on uvicorn'
  return { name, program, path: '/users/me/', login: passwordGrant() }
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
