/** What `src/deploy` says of the rest of the project is so. The images are built where there is a container engine, by hand. */
import { spawnSync } from 'node:child_process'
import { cpSync, existsSync, readFileSync, symlinkSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { describe, expect, it } from 'vitest'
import { createMetrics } from '../src/metrics.ts'
import { listening, temporaryFolder } from './harness/command.ts'
import { namesIn } from './harness/samples.ts'

const root = fileURLToPath(new URL('..', import.meta.url))
const deployed = (name: string) => readFileSync(join(root, 'src/deploy', name), 'utf8')

describe('the dashboard', () => {
  const queries = [...deployed('grafana-dashboard.json').matchAll(/"expr": "(.*)"/g)].join('\n')
  const shown = new Set(queries.match(/\b(?:tessera|nodejs|process)_\w+/g))
  const names = async () => {
    const metrics = createMetrics()
    metrics.watchHashQueue(() => 0)
    return namesIn(await metrics.text())
  }

  it('names only what is exported', async () => {
    const exported = (await names()).flatMap((name) => [name, `${name}_bucket`])
    expect(shown.size).toBeGreaterThan(9)
    expect([...shown].filter((name) => !exported.includes(name))).toEqual([])
  })

  it('shows all that is our own', async () => {
    const own = (await names()).filter((name) => name.startsWith('tessera_'))
    const isShown = (name: string) => shown.has(name) || shown.has(`${name}_bucket`)
    expect(own.filter((name) => !isShown(name))).toEqual([])
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
  it('is one that systemd takes, and leaves the server little', () => {
    const unit = join(temporaryFolder(), 'tessera.service')
    const text = deployed('tessera.service').replaceAll('/opt/tessera', root.slice(0, -1))
    writeFileSync(unit, text)
    const analyze = (...args: string[]) =>
      spawnSync('systemd-analyze', [...args, unit], { encoding: 'utf8' })
    expect(analyze('verify')).toMatchObject({ status: 0, stderr: '' })
    // Of 100, which is a service that may do everything.
    expect(analyze('security', '--offline=true', '--threshold=20').status).toBe(0)
  })
})
