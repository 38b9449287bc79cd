/** `npm ci` links a Node that runs on this machine: the installed one, or the machine's own. */
import { spawnSync } from 'node:child_process'
import {
  chmodSync,
  cpSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  readlinkSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs'
import { tmpdir } from 'node:os'
import { delimiter, join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'

const root = fileURLToPath(new URL('..', import.meta.url))
const name = `node-linux-${process.arch}`
/** The machine's own. */
const path = (process.env.PATH ?? '')
  .split(delimiter)
  .filter((folder) => !folder.includes('node_modules'))
  .join(delimiter)
const machinesNode = spawnSync('node', ['--version'], { env: { PATH: path }, encoding: 'utf8' })
const isOld = Number.parseInt(machinesNode.stdout?.slice(1) ?? '', 10) < 24
const isHere = machinesNode.status === 0 && existsSync(join(root, 'node_modules', name))

/** The path of glibc's loader, as programs name it. */
const loader =
  process.arch === 'arm64' ? '/lib/ld-linux-aarch64.so.1' : '/lib64/ld-linux-x86-64.so.2'

let folder: string
/** A project in which npm has installed a Node and linked it. */
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'tessera-node-'))
  mkdirSync(join(folder, 'src'))
  for (const file of ['package.json', 'src/bring-node.js', 'src/start.js'])
    cpSync(join(root, file), join(folder, file))
  const bin = join(folder, 'node_modules', name, 'bin')
  mkdirSync(bin, { recursive: true })
  mkdirSync(join(folder, 'node_modules', name, 'include'))
  mkdirSync(join(folder, 'node_modules/.bin'))
  symlinkSync(`../${name}/bin/node`, join(folder, 'node_modules/.bin/node'))
})
afterEach(() => rmSync(folder, { recursive: true, force: true }))

const installed = () => join(folder, 'node_modules', name, 'bin/node')
const link = () => join(folder, 'node_modules/.bin/node')

/** A program that does not run: another text of the same length stands for the name of a library, or of the loader. */
function bringBroken(text: string, replacement: string): void {
  const program = readFileSync('/bin/true')
  program.write(replacement, program.indexOf(`\0${text}\0`) + 1)
  writeFileSync(installed(), program)
  chmodSync(installed(), 0o755)
}

function npm(...args: readonly string[]) {
  const { status, stdout, stderr } = spawnSync('npm', args, {
    cwd: folder,
    env: { ...process.env, PATH: path },
    encoding: 'utf8',
  })
  return { status, output: stdout + stderr }
}

describe.skipIf(!isHere)('npm run postinstall', () => {
  it('links the installed Node, and removes its headers', () => {
    symlinkSync(join(root, 'node_modules', name, 'bin/node'), installed())
    expect(npm('run', 'postinstall').status).toBe(0)
    expect(readlinkSync(link())).toBe(`../${name}/bin/node`)
    expect(existsSync(join(folder, 'node_modules', name, 'include'))).toBe(false)
  })

  const faults = [
    ['lacks a library', 'libc.so.6', 'libx.so.6', /libx\.so\.6/],
    ['has no glibc', loader, loader.replace('ld-', 'xx-'), /it needs glibc/],
  ] as const
  for (const [what, text, replacement, reason] of faults) {
    it.skipIf(!isOld)(`does not fail on a machine that ${what}, and says what is missing`, () => {
      bringBroken(text, replacement)
      const { status, output } = npm('run', 'postinstall')
      expect(status).toBe(0)
      expect(output).toMatch(reason)
      expect(output).toMatch(/Tessera needs Node 24\.7 or later\. .* The Node that runs npm: \d/)
      expect(existsSync(link())).toBe(false)
      // The scripts run on the machine's own, which says it again.
      expect(npm('start').output).toMatch(/^Tessera needs Node 24\.7 or later; this is/m)
    })

    it(`links the machine's own Node on a machine that ${what}, if it is new enough`, () => {
      bringBroken(text, replacement)
      const { status } = spawnSync(process.execPath, ['src/bring-node.js'], { cwd: folder })
      expect(status).toBe(0)
      expect(readlinkSync(link())).toBe(process.execPath)
    })
  }
})
