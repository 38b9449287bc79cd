/** A package that `npm run pack` makes, installed in a separate project without the rest of this repository. */
import { execFile, execFileSync, spawnSync } from 'node:child_process'
import {
  cpSync,
  globSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  renameSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { promisify } from 'node:util'
import { publint } from 'publint'

const root = fileURLToPath(new URL('../../', import.meta.url))
const sources = ['package.json', 'tsconfig.json', 'LICENSE', 'openapi.yaml', 'src', 'generated']

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
  /**
   * Throws what `attw` finds, besides these rules. The packages have ES modules only: a CommonJS module loads them with `import()`.
   */
  requireTypes(ignored?: readonly string[], ...options: string[]): void
  /** What `publint` finds. */
  manifestFaults(): Promise<readonly unknown[]>
}

/** The tarballs that `npm run pack` makes. */
export interface Packages extends Disposable {
  /** By the name of a package, without its scope. */
  tarballOf(name: string): string
  /** The files outside `dist` that packing changed, added or removed. */
  readonly changed: readonly string[]
}

/**
 * Packs a copy of the repository: two test files may do so at the same time.
 *
 * @param edit changes the copy, in its folder, before it is packed
 */
export function packedPackages(edit: (clone: string) => void = () => {}): Packages {
  const clone = mkdtempSync(join(tmpdir(), 'tessera-clone-'))
  for (const source of sources) cpSync(join(root, source), join(clone, source), { recursive: true })
  symlinkSync(join(root, 'node_modules'), join(clone, 'node_modules'), 'junction')
  edit(clone)
  const before = textsIn(clone)
  execFileSync('npm', ['run', '--offline', 'pack'], { cwd: clone, stdio: 'pipe' })
  const after = textsIn(clone)
  const { version } = JSON.parse(readFileSync(join(clone, 'package.json'), 'utf8'))
  return {
    tarballOf: (name) => join(clone, `dist/tessera-oauth-${name}-${version}.tgz`),
    changed: [...new Set([...before.keys(), ...after.keys()])].filter(
      (file) => before.get(file) !== after.get(file),
    ),
    [Symbol.dispose]: () => rmSync(clone, { recursive: true, force: true }),
  }
}

/**
 * Packs the repository, and puts a package into a project of its own.
 *
 * @param name the package, without its scope
 * @param dependencies the other packages of the project, which are those of this repository
 * @param peers other packages that `npm run pack` makes, without their scope
 */
export function packedProject(
  name: string,
  dependencies: readonly string[],
  peers: readonly string[] = [],
): PackedProject {
  const packages = packedPackages()
  const parent = mkdtempSync(join(tmpdir(), 'tessera-packed-'))
  const folder = join(parent, 'project')
  const modules = join(folder, 'node_modules')
  const install = (names: readonly string[]) => {
    for (const each of names) {
      mkdirSync(join(modules, each, '..'), { recursive: true })
      symlinkSync(join(root, 'node_modules', each), join(modules, each), 'junction')
    }
  }
  install(dependencies)
  const tarball = packages.tarballOf(name)
  const tar = (...args: string[]) => execFileSync('tar', args, { cwd: parent, encoding: 'utf8' })
  const packed = tar('-tzf', tarball).trim().split('\n')
  for (const each of [name, ...peers]) {
    tar('-xzf', packages.tarballOf(each))
    const unpacked = join(modules, '@tessera-oauth', each)
    mkdirSync(dirname(unpacked), { recursive: true })
    renameSync(join(parent, 'package'), unpacked)
  }
  const installed = join(modules, '@tessera-oauth', name)

  const write = (file: string, text: string) => writeFileSync(join(folder, file), text)
  write('package.json', '{ "type": "module" }')
  return {
    packed: packed.map((file) => file.replace(/^package\//, '')),
    tarball,
    changed: packages.changed,
    packedText: (file) => readFileSync(join(installed, file), 'utf8'),
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
    requireTypes: (ignored = [], ...options) => {
      const cli = dirname(fileURLToPath(import.meta.resolve('@arethetypeswrong/cli/package.json')))
      runTool(
        parent,
        join(cli, 'dist/index.js'),
        tarball,
        ...options,
        '--ignore-rules',
        'cjs-resolves-to-esm',
        ...ignored,
      )
    },
    manifestFaults: async () => {
      const bytes = new Uint8Array(readFileSync(tarball)).buffer
      return (await publint({ pack: { tarball: bytes }, strict: true })).messages
    },
    [Symbol.dispose]: () => {
      rmSync(parent, { recursive: true, force: true })
      packages[Symbol.dispose]()
    },
  }
}

/** Throws what the tool prints, if it fails. */
function runTool(folder: string, ...args: string[]): void {
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
