/** What `src/deploy` says of the rest of the project is so. The images are built where there is a container engine, by hand. */
import { spawnSync } from 'node:child_process'
import { cpSync, existsSync, readFileSync, symlinkSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { describe, expect, it } from 'vitest'
import { createMetrics } from '../src/telemetry/metrics.ts'
import { listening, temporaryFolder } from './harness/command.ts'
import { namesIn } from './harness/samples.ts'

const root = fileURLToPath(new URL('..', import.meta.url))
const deployed = (name: string) => readFileSync(join(root, 'src/deploy', name), 'utf8')

const metricsIn = (text: string) => new Set(text.match(/\b(?:tessera|nodejs|process)_\w+/g))

async function names(): Promise<string[]> {
  const metrics = createMetrics()
  metrics.watchHashQueue(() => 0)
  return namesIn(await metrics.text())
}

async function expectExported(used: ReadonlySet<string>, atLeast: number): Promise<void> {
  const exported = (await names()).flatMap((name) => [name, `${name}_bucket`])
  expect(used.size).toBeGreaterThanOrEqual(atLeast)
  expect([...used].filter((name) => !exported.includes(name))).toEqual([])
}

describe('the dashboard', () => {
  const queries = [...deployed('grafana-dashboard.json').matchAll(/"expr": "(.*)"/g)].join('\n')
  const shown = metricsIn(queries)

  it('names only what is exported', async () => await expectExported(shown, 10))

  it('shows all that is our own', async () => {
    const own = (await names()).filter((name) => name.startsWith('tessera_'))
    const isShown = (name: string) => shown.has(name) || shown.has(`${name}_bucket`)
    expect(own.filter((name) => !isShown(name))).toEqual([])
  })

  it('sums over the workers, or shows each', () => {
    const targets = [
      ...deployed('grafana-dashboard.json').matchAll(/"expr": "(.*)",\s*"legendFormat": "(.*)"/g),
    ]
    expect(targets.length).toBeGreaterThan(10)
    const others = targets.filter(
      ([, query = '', legend = '']) => !query.includes('sum') && !legend.includes('{{worker}}'),
    )
    expect(others).toEqual([])
  })
})

describe('the alerts', () => {
  const rules = deployed('prometheus-rules.yml')

  it('name only what is exported', async () => await expectExported(metricsIn(rules), 6))

  it('are raised once for all workers of an instance', () => {
    const queries = [...rules.matchAll(/^ +expr: (?:\|\n +)?(.*)$/gm)].map(([, query]) => query)
    expect(queries.length).toBeGreaterThan(6)
    expect(queries.filter((query) => !/^(up|sum|max)\b/.test(query ?? ''))).toEqual([])
  })

  it('name only operations of the contract, and the job of the README', () => {
    const contract = readFileSync(join(root, 'openapi.yaml'), 'utf8')
    const operations = [...rules.matchAll(/operation!?[=~]+"([^"]*)"/g)].flatMap(([, named = '']) =>
      named.split('|'),
    )
    expect(operations.length).toBeGreaterThan(3)
    expect(operations.filter((name) => !contract.includes(`operationId: ${name}\n`))).toEqual([])
    const jobs = new Set([...rules.matchAll(/job="([^"]*)"/g)].map(([, job]) => job))
    const readme = deployed('README.md')
    expect([...jobs]).toEqual([/- job_name: (\S+)/.exec(readme)?.[1]])
  })
})

describe('the container file', () => {
  const containerfile = deployed('Containerfile')
  /** What the last image is given of the project. */
  const copied = [...containerfile.matchAll(/^COPY (?!--from)(.*) \S+$/gm)]
    .slice(2)
    .flatMap(([, names = '']) => names.split(' '))

  it('copies all that the server needs, and has a health check that tells life from death', async () => {
    const folder = temporaryFolder()
    for (const name of copied) cpSync(join(root, name), join(folder, name), { recursive: true })
    symlinkSync(join(root, 'node_modules'), join(folder, 'node_modules'))
    const settings = { PORT: '0', DATABASE_URL: join(folder, 'data.db') }
    const server = await listening(['serve'], { project: folder, settings })
    const [, url = '', PORT = ''] = /^listening on (\S+:(\d+))$/m.exec(server.out()) ?? []
    for (const page of ['/readyz', '/redoc', '/docs', '/openapi.yaml'])
      expect((await fetch(`${url}${page}`)).status).toBe(200)

    const [command = '', ...args] = healthCheck()
    const check = () =>
      spawnSync(join(folder, command), args, { env: { PORT }, timeout: 20_000 }).status
    expect(check()).toBe(0)
    await server.end('SIGTERM')
    expect(check()).toBe(1)
  })

  it('sends nothing to the engine but what is copied', () => {
    const sent = [...deployed('Containerfile.dockerignore').matchAll(/^!(.*)$/gm)].map(
      ([, name]) => name,
    )
    const all = [...containerfile.matchAll(/^COPY (?!--from)(.*) \S+$/gm)].flatMap(
      ([, names = '']) => names.split(' ').filter((name) => !name.startsWith('src/')),
    )
    expect(sent.sort()).toEqual([...new Set(all)].sort())
  })

  function healthCheck(): string[] {
    const [, command = '[]'] = /^HEALTHCHECK [^\n]*\\\n {2}CMD (\[.*\])$/m.exec(containerfile) ?? []
    return JSON.parse(command)
  }
})

const hasSystemd = existsSync('/usr/bin/systemd-analyze')

describe.skipIf(!hasSystemd)('the unit', () => {
  const analyze = (...args: string[]) => spawnSync('systemd-analyze', args, { encoding: 'utf8' })
  /** A copy for this project, whose folder it is told as systemd would know it. */
  function unit(name: string): string {
    const file = join(temporaryFolder(), name)
    writeFileSync(file, deployed(name).replaceAll('/opt/tessera', root.slice(0, -1)))
    return file
  }

  it.each(['tessera.service', 'tessera-backup.service'])(
    '%s is one that systemd takes, and leaves little to who is in it',
    (name) => {
      const file = unit(name)
      expect(analyze('verify', file)).toMatchObject({ status: 0, stderr: '' })
      // Of 100, which is a service that may do everything.
      expect(analyze('security', '--offline=true', '--threshold=20', file).status).toBe(0)
    },
  )

  it('of the backup has the sandbox of the server', () => {
    const setting =
      /^(?:Private|Protect|Restrict|SystemCall|Lock|NoNew|Capability|RemoveIPC|ProcSubset)/
    const sandbox = (name: string) =>
      deployed(name)
        .split('\n')
        .filter((line) => setting.test(line) && !/^RestrictAddressFamilies=/.test(line))
    expect(sandbox('tessera-backup.service')).toEqual(sandbox('tessera.service'))
  })

  it('never gives up: a database that is away for minutes is tried until it is back', () => {
    const text = deployed('tessera.service')
    expect(text).toMatch(/^Restart=on-failure$/m)
    expect(text).toMatch(/^StartLimitIntervalSec=0$/m)
  })
})

describe('the command of an administrator', () => {
  it('is run as the user of the unit, in its version, with its settings and its database', () => {
    const unit = (name: string) =>
      new RegExp(`^${name}=(.*)$`, 'm').exec(deployed('tessera.service'))?.[1] ?? ''
    const env = join(temporaryFolder(), 'env')
    writeFileSync(env, "ISSUER='https://id.example.com/?a&b'\n")
    const command = deployed('tessera').replace(unit('EnvironmentFile'), env)
    const ran = `runuser() { printf '%s\\n' "$@" "$ISSUER" "DATABASE_URL=$DATABASE_URL"; }\n`
    const script = ran + command.replace('exec runuser', 'runuser')
    const args = ['tessera', 'user', 'add', 'a b']
    const { stdout } = spawnSync('sh', ['-c', script, ...args], { encoding: 'utf8' })
    const folder = unit('WorkingDirectory')
    expect(stdout.trim().split('\n')).toEqual([
      ...['-u', unit('User'), '--'],
      ...[`${folder}/node_modules/.bin/node`, `${folder}/src/start.js`, 'user', 'add', 'a b'],
      'https://id.example.com/?a&b',
      unit('Environment'),
    ])
  })
})
