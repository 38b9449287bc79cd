/** A package that `npm run pack` makes, installed in a separate project without the rest of this repository. */
import { execFile, execFileSync, spawnSync } from 'node:child_process'
import {
  cpSync,
  globSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { promisify } from 'node:util'

const root = fileURLToPath(new URL('../../', import.meta.url))
const sources = ['package.json', 'tsconfig.json', 'LICENSE', 'src', 'generated']
export interface PackedProject extends Disposable {
  /** The files of the package. */
  readonly packed: readonly string[]
  packedText(file: string): string
  readonly tarball: string
  /** The files outside `dist` that packing changed, added or removed. */
  readonly changed: readonly string[]
  readonly folder: string
  /** Its node_modules. */
  readonly modules: string
  write(file: string, text: string): void
  /** Installs packages of this repository in the project. */
  install(names: readonly string[]): void
  /** Compiles the written files. Throws the errors of the compiler. */
  compile(compilerOptions: object): void
  /** Runs a file and returns what it prints. */
  run(node: string, file: string): Promise<string>
}

/**
 * Packs a copy of the repository: two test files may do so at the same time.
 *
 * @param name the package, without its scope
 * @param dependencies the other packages of the project, which are those of this repository
 */
export function packedProject(name: string, dependencies: readonly string[]): PackedProject {
  const parent = mkdtempSync(join(tmpdir(), 'tessera-packed-'))
  const folder = join(parent, 'project')
  const clone = join(parent, 'clone')
  for (const source of sources) cpSync(join(root, source), join(clone, source), { recursive: true })
  symlinkSync(join(root, 'node_modules'), join(clone, 'node_modules'), 'junction')
  const before = textsIn(clone)
  execFileSync('npm', ['run', '--offline', 'pack'], { cwd: clone, stdio: 'pipe' })
  const after = textsIn(clone)

  const modules = join(folder, 'node_modules')
  const install = (names: readonly string[]) => {
    for (const each of names) {
      mkdirSync(join(modules, each, '..'), { recursive: true })
      symlinkSync(join(root, 'node_modules', each), join(modules, each), 'junction')
    }
  }
  install(dependencies)
  const { version } = JSON.parse(readFileSync(join(root, 'package.json'), 'utf8'))
  const tarball = join(clone, `dist/tessera-oauth-${name}-${version}.tgz`)
  const tar = (...args: string[]) => execFileSync('tar', args, { cwd: parent, encoding: 'utf8' })
  const packed = tar('-tzf', tarball).trim().split('\n')
  tar('-xzf', tarball)
  const installed = join(modules, '@tessera-oauth', name)
  cpSync(join(parent, 'package'), installed, { recursive: true })

  const write = (file: string, text: string) => writeFileSync(join(folder, file), text)
  write('package.json', '{ "type": "module" }')
  return {
    packed: packed.map((file) => file.replace(/^package\//, '')),
    tarball,
    packedText: (file) => readFileSync(join(installed, file), 'utf8'),
    changed: [...new Set([...before.keys(), ...after.keys()])].filter(
      (file) => before.get(file) !== after.get(file),
    ),
    folder,
    modules,
    write,
    install,
    compile: (compilerOptions) => {
      write('tsconfig.json', JSON.stringify({ compilerOptions, include: ['*.ts', '*.cts'] }))
      const compiler = join(root, 'node_modules/typescript/bin/tsc')
      runTool(folder, compiler)
    },
    run: async (node, file) =>
      (await promisify(execFile)(node, [file], { cwd: folder, timeout: 20_000 })).stdout,
    [Symbol.dispose]: () => rmSync(parent, { recursive: true, force: true }),
  }
}

/** Throws what the tool prints, if it fails. */
export function runTool(folder: string, ...args: string[]): void {
  const { status, stdout } = spawnSync(process.execPath, args, { cwd: folder, encoding: 'utf8' })
  if (status !== 0) throw new Error(stdout)
}

/** The contents of the repository's own files, by path. */
function textsIn(clone: string): ReadonlyMap<string, string> {
  const files = globSync(['*', 'src/**', 'generated/**'], { cwd: clone, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map((entry) => join(entry.parentPath, entry.name))
  return new Map(files.map((file) => [file, readFileSync(file, 'latin1')]))
}
