/** Installs the packed package from its tarball, with what registries have, in an empty project on Node 24. */
import { execFile, execFileSync } from 'node:child_process'
import { mkdirSync, mkdtempSync, readdirSync, rmSync, statSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { delimiter, join } from 'node:path'
import { promisify } from 'node:util'

export interface Installation extends Disposable {
  /** The folder of the project. */
  readonly folder: string
  readonly environment: NodeJS.ProcessEnv
  write(file: string, text: string): void
  /** Runs a command in the project. Rejects with what it prints, if it fails. */
  run(command: string): Promise<string>
}

const platform = process.platform === 'win32' ? 'win' : process.platform

/** The folder of a Node 24, which npm has as a package. */
export function node24(folder: string): string {
  mkdirSync(folder, { recursive: true })
  writeFileSync(join(folder, 'package.json'), '{}')
  const name = `node-${platform}-${process.arch}`
  execFileSync('npm', ['install', '--no-audit', `${name}@24`], { cwd: folder, stdio: 'pipe' })
  return join(folder, 'node_modules', name, 'bin')
}

/** @param bin the folder of the Node that runs every command */
export function installation(bin: string): Installation {
  const folder = mkdtempSync(join(tmpdir(), 'tessera-installed-'))
  const registry = execFileSync('npm', ['config', 'get', 'registry'], { encoding: 'utf8' }).trim()
  const environment = {
    ...process.env,
    PATH: `${bin}${delimiter}${process.env.PATH}`,
    // Yarn does not read npm's settings.
    YARN_NPM_REGISTRY_SERVER: registry,
    YARN_UNSAFE_HTTP_WHITELIST: '*',
    YARN_ENABLE_TELEMETRY: '0',
    YARN_GLOBAL_FOLDER: join(folder, '.yarn-global'),
  }
  return {
    folder,
    environment,
    write: (file, text) => writeFileSync(join(folder, file), text),
    run: async (command) => {
      const options = { cwd: folder, env: environment }
      return (await promisify(execFile)('sh', ['-c', command], options)).stdout
    },
    [Symbol.dispose]: () => rmSync(folder, { recursive: true, force: true }),
  }
}

/** The number of packages in `node_modules` that npm has installed, and the size of their files in MB. */
export function weightOf(folder: string): {
  readonly packages: number
  readonly megabytes: number
} {
  const modules = join(folder, 'node_modules')
  const files = readdirSync(modules, { recursive: true, encoding: 'utf8' })
  const packages = files.filter((file) =>
    /(^|[\\/]node_modules[\\/])(@[^\\/]+[\\/])?[^@.\\/][^\\/]*[\\/]package\.json$/.test(file),
  )
  const bytes = files.reduce((sum, file) => sum + statSync(join(modules, file)).size, 0)
  return { packages: packages.length, megabytes: Math.round(bytes / 100_000) / 10 }
}
