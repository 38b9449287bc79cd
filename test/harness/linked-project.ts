/** A project of `tessera new`, whose packages are the sources of this repository: nothing is packed or installed. */
import { execFile } from 'node:child_process'
import { mkdirSync, mkdtempSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { promisify } from 'node:util'
import { writeProject } from '../../src/commands/write-project.ts'

const root = fileURLToPath(new URL('../../', import.meta.url))

/** What each package exports, as the paths of the sources. */
const packages = {
  contract: {
    '.': 'src/contract/index.ts',
    './vitest': 'src/contract/vitest.ts',
  },
  server: {
    '.': 'src/index.ts',
    './testing': 'src/testing.ts',
    './openapi.yaml': 'openapi.yaml',
  },
}

/** The tools of the project that its own files import or run. */
const tools = ['@biomejs/biome', '@types/node', 'typescript-native', 'vitest']

export interface LinkedProject extends Disposable {
  readonly folder: string
  read(file: string): string
  write(file: string, text: string): void
  /** Replaces a text, which must be there. */
  edit(file: string, text: string, by: string): void
  /** Runs Node in the folder. Rejects with what it prints, if it fails. */
  node(...args: readonly string[]): Promise<string>
  generate(): Promise<string>
}

export function linkedProject(): LinkedProject {
  const folder = mkdtempSync(join(tmpdir(), 'tessera-project-'))
  writeProject({ folder, name: 'notes', dependencies: {} })
  for (const [name, exported] of Object.entries(packages)) linkPackage(folder, name, exported)
  for (const tool of tools)
    link(join(root, 'node_modules', tool), join(folder, 'node_modules', tool))
  const read = (file: string) => readFileSync(join(folder, file), 'utf8')
  const write = (file: string, text: string) => writeFileSync(join(folder, file), text)
  const node = async (...args: readonly string[]) =>
    (await promisify(execFile)(process.execPath, args, { cwd: folder })).stdout
  return {
    folder,
    read,
    write,
    edit: (file, text, by) => {
      const before = read(file)
      if (!before.includes(text)) throw new Error(`${file} has no ${text}`)
      write(
        file,
        before.replace(text, () => by),
      )
    },
    node,
    generate: () => node(join(root, 'src/contract/bin.ts'), 'generate', 'openapi.yaml'),
    [Symbol.dispose]: () => rmSync(folder, { recursive: true, force: true }),
  }
}

/** Node resolves the links: it reads the sources where they are, outside `node_modules`. */
function linkPackage(
  folder: string,
  name: string,
  exported: Readonly<Record<string, string>>,
): void {
  const target = join(folder, 'node_modules/@tessera-oauth', name)
  const paths = Object.entries(exported).map(([door, path]) => {
    const file = path.replace(/.*\//, '')
    link(join(root, path), join(target, file))
    return [door, `./${file}`] as const
  })
  const manifest = {
    name: `@tessera-oauth/${name}`,
    type: 'module',
    exports: Object.fromEntries(paths),
  }
  writeFileSync(join(target, 'package.json'), JSON.stringify(manifest))
}

function link(target: string, path: string): void {
  mkdirSync(join(path, '..'), { recursive: true })
  symlinkSync(target, path)
}
