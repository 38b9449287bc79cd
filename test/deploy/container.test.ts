/** The container file copies what the server needs. Where there is a container engine, images are built by hand. */
import { spawnSync } from 'node:child_process'
import { chmodSync, cpSync, readdirSync, symlinkSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { listening, temporaryFolder } from '../harness/command.ts'
import { deployed, root } from './files.ts'

describe('the container file', () => {
  const containerfile = deployed('Containerfile')
  /** What the last stage copies from the project. */
  const copied = [...containerfile.matchAll(/^COPY (?!--from)(.*) \S+$/gm)]
    .slice(2)
    .flatMap(([, names = '']) => names.split(' '))

  it('copies all that the server needs, and its health check fails once the server has stopped', async () => {
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

  const isRoot = process.getuid?.() === 0

  it.skipIf(!isRoot).each([
    ['its own user write', 10001, 10001, true],
    ['a random user of group 0, as in OpenShift, write', 1_000_730_000, 0, true],
    ['no other user read', 10002, 10002, false],
  ])(`lets %s /data${isRoot ? '' : ' (skipped: needs root)'}`, (_, uid, gid, isAllowed) => {
    const [, command = ''] = /^ {2}&& (install --directory .*\/data)$/m.exec(containerfile) ?? []
    const folder = temporaryFolder()
    chmodSync(folder, 0o755)
    const data = join(folder, 'data')
    expect(spawnSync('sh', ['-c', command.replace('/data', data)]).status).toBe(0)
    const use = 'ls "$0" && echo a > "$0/a" && mkdir "$0/b" && rm "$0/a"'
    const { status } = spawnSync('sh', ['-c', use, data], { uid, gid, cwd: '/' })
    expect({ status, files: readdirSync(data) }).toEqual(
      isAllowed ? { status: 0, files: ['b'] } : { status: 2, files: [] },
    )
  })

  it('sends only what it copies to the engine', () => {
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
