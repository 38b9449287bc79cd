// Run by npm after an install: links node_modules/.bin/node, which npm scripts use, to a Node that runs on this machine: the
// installed one, or else the one that runs npm. Never fails; if neither runs, it prints one line that says what is missing.
import { spawnSync } from 'node:child_process'
import { existsSync, mkdirSync, rmSync, symlinkSync, writeFileSync } from 'node:fs'
import { fileURLToPath } from 'node:url'

/** The oldest version that runs TypeScript sources without flags and has Argon2. */
const [minMajor, minMinor] = [24, 7]

const modules = new URL('../node_modules/', import.meta.url)
const isWindows = process.platform === 'win32'
const platform = isWindows ? 'win' : process.platform
const names = [`node-${platform}-${process.arch}`, `node-bin-${platform}-${process.arch}`]
const name = names.find((each) => existsSync(new URL(each, modules)))
const bin = new URL('.bin/', modules)
/** Relative to `bin`, so that the project can be moved. */
const installed = `../${name}/bin/node${isWindows ? '.exe' : ''}`
const fault = name
  ? faultOf(fileURLToPath(new URL(installed, bin)))
  : 'npm has none for this platform'
// Nothing is compiled against its headers, which take half as much space as the program.
if (name) rmSync(new URL(`${name}/include`, modules), { recursive: true, force: true })

const [major = 0, minor = 0] = process.versions.node.split('.').map(Number)
const isNewEnough = major > minMajor || (major === minMajor && minor >= minMinor)
const ownNode = isNewEnough && process.execPath
mkdirSync(bin, { recursive: true })
if (!fault) linkTo(installed)
else if (ownNode) linkTo(ownNode)
else {
  rmSync(new URL('node', bin), { force: true })
  process.stderr.write(
    `Tessera needs Node ${minMajor}.${minMinor} or later. The Node of this project: ${fault}. The Node that runs npm: ${process.versions.node}. Fix either, then run npm ci again.\n`,
  )
}

/** Why a program does not run. */
function faultOf(program) {
  const { status, stderr, error } = spawnSync(program, ['--version'], { encoding: 'utf8' })
  if (status === 0) return ''
  // The program exists; its loader does not, as on systems without glibc.
  if (error?.code === 'ENOENT') return 'it needs glibc'
  return error?.message ?? (stderr.trim().replace(`${program}: `, '') || `status ${status}`)
}

/** npm 11 links the installed Node itself, whether it runs or not; npm 10 removes the link again. */
function linkTo(program) {
  if (isWindows) return linkOnWindows(program)
  rmSync(new URL('node', bin), { force: true })
  symlinkSync(program, new URL('node', bin))
}

function linkOnWindows(program) {
  const link = new URL('node.cmd', bin)
  const path = program === installed ? `%~dp0${installed.replaceAll('/', '\\')}` : program
  // It may be running this script.
  if (!existsSync(link)) writeFileSync(link, `@"${path}" %*\r\n`)
}
