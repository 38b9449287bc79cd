/** The package that `npm pack` makes, installed in a project of its own, where nothing else of this repository is. */
import { execFile, execFileSync } from 'node:child_process'
import {
  cpSync,
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
const sources = ['package.json', 'tsconfig.json', 'README.md', 'LICENSE', 'src', 'generated']
/** What the package names as its dependency, what that names, what the README adds, and what the compiler has to know of Node. */
const beside = [
  'openapi-fetch',
  'openapi-typescript-helpers',
  'idb-keyval',
  '@types/node',
  'undici-types',
]

export interface PackedProject extends Disposable {
  /** The files of the package. */
  readonly packed: readonly string[]
  /** Its package.json, and what the pack left of the repository's. */
  readonly manifests: { readonly packed: string; readonly left: string; readonly whole: string }
  /** Its node_modules. */
  readonly modules: string
  write(file: string, text: string): void
  /** Compiles what was written. Throws what the compiler says. */
  compile(compilerOptions: object): void
  /** What a file prints. */
  run(node: string, file: string): Promise<string>
}

/** Packs a copy of the repository: nothing happens to this one. */
export function packedProject(): PackedProject {
  const folder = mkdtempSync(join(tmpdir(), 'tessera-packed-'))
  const clone = join(folder, 'clone')
  for (const name of sources) cpSync(join(root, name), join(clone, name), { recursive: true })
  symlinkSync(join(root, 'node_modules'), join(clone, 'node_modules'), 'junction')
  execFileSync('npm', ['pack', '--offline', '--pack-destination', folder], {
    cwd: clone,
    stdio: 'pipe',
  })

  const modules = join(folder, 'node_modules')
  mkdirSync(join(modules, '@types'), { recursive: true })
  for (const name of beside)
    symlinkSync(join(root, 'node_modules', name), join(modules, name), 'junction')
  const read = (...path: string[]) => readFileSync(join(...path), 'utf8')
  const { version } = JSON.parse(read(root, 'package.json'))
  const tarball = join(folder, `tessera-${version}.tgz`)
  const tar = (...args: string[]) => execFileSync('tar', args, { cwd: folder, encoding: 'utf8' })
  const packed = tar('-tzf', tarball).trim().split('\n')
  tar('-xzf', tarball)
  cpSync(join(folder, 'package'), join(modules, 'tessera'), { recursive: true })

  const write = (file: string, text: string) => writeFileSync(join(folder, file), text)
  write('package.json', '{ "type": "module" }')
  return {
    packed: packed.map((file) => file.replace(/^package\//, '')),
    manifests: {
      packed: read(modules, 'tessera/package.json'),
      left: read(clone, 'package.json'),
      whole: read(root, 'package.json'),
    },
    modules,
    write,
    compile: (compilerOptions) => {
      write('tsconfig.json', JSON.stringify({ compilerOptions, include: ['*.ts'] }))
      const compiler = join(root, 'node_modules/typescript/bin/tsc')
      execFileSync(process.execPath, [compiler], { cwd: folder, stdio: 'pipe' })
    },
    run: async (node, file) =>
      (await promisify(execFile)(node, [file], { cwd: folder, timeout: 20_000 })).stdout,
    [Symbol.dispose]: () => rmSync(folder, { recursive: true, force: true }),
  }
}
