/** systemd accepts the units, and they are sandboxed; the `tessera` command runs as the unit does. */
import { spawnSync } from 'node:child_process'
import { existsSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { temporaryFolder } from '../harness/command.ts'
import { deployed, root, unitSetting } from './files.ts'

const hasSystemd = existsSync('/usr/bin/systemd-analyze')

describe.skipIf(!hasSystemd)('the unit', () => {
  const analyze = (...args: string[]) => spawnSync('systemd-analyze', args, { encoding: 'utf8' })
  /** A copy that names the folder of this project. */
  function unit(name: string): string {
    const file = join(temporaryFolder(), name)
    writeFileSync(file, deployed(name).replaceAll('/opt/tessera', root.slice(0, -1)))
    return file
  }

  it.each(['tessera.service', 'tessera-backup.service'])(
    'systemd accepts %s, and its sandbox is tight',
    (name) => {
      const file = unit(name)
      expect(analyze('verify', file)).toMatchObject({ status: 0, stderr: '' })
      // The exposure, from 0 to 100 (unrestricted).
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

  it('restarts without limit: a database may be unavailable for minutes', () => {
    const text = deployed('tessera.service')
    expect(text).toMatch(/^Restart=on-failure$/m)
    expect(text).toMatch(/^StartLimitIntervalSec=0$/m)
  })
})

describe('the command of an administrator', () => {
  it('runs as the user of the unit, with its Node, its settings and its database', () => {
    const unit = (name: string) => unitSetting('tessera.service', name)
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
      ...[`${folder}/node_modules/.bin/node`, '--max-semi-space-size=4', `${folder}/src/start.js`],
      ...['user', 'add', 'a b'],
      'https://id.example.com/?a&b',
      unit('Environment'),
    ])
  })
})
