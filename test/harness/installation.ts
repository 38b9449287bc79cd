/** Installs packed packages from their tarballs, with what registries have, in an empty project on Node 24. */
import { execFile, execFileSync, spawn } from 'node:child_process'
import { once } from 'node:events'
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
  /** Starts a server of the project on a free port. Rejects with what it prints, if it ends. */
  start(command: string): Promise<StartedServer>
}

/** Disposal stops it, with all of its processes. */
export interface StartedServer extends AsyncDisposable {
  readonly url: string
}

/** The commands of each package manager. */
export const managers = {
  npm: { install: 'npm install', dev: 'npm install --save-dev', exec: 'npx', node: 'node' },
  pnpm: {
    install: 'npx --yes pnpm@12 add',
    dev: 'npx --yes pnpm@12 add --save-dev',
    exec: 'npx --yes pnpm@12 exec',
    node: 'node',
  },
  // Without `node_modules`: a package that is not declared is not found.
  Yarn: {
    install: 'npx --yes --package @yarnpkg/cli-dist@4 yarn add',
    dev: 'npx --yes --package @yarnpkg/cli-dist@4 yarn add --dev',
    exec: 'npx --yes --package @yarnpkg/cli-dist@4 yarn exec',
    node: 'npx --yes --package @yarnpkg/cli-dist@4 yarn node',
  },
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
    start: (command) => start(command, folder, { ...environment, PORT: '0' }),
    [Symbol.dispose]: () => rmSync(folder, { recursive: true, force: true }),
  }
}

async function start(command: string, cwd: string, env: NodeJS.ProcessEnv): Promise<StartedServer> {
  // In a group of its own: a package manager starts Node as a child.
  const server = spawn('sh', ['-c', command], { cwd, env, detached: true })
  const exited = once(server, 'exit')
  let output = ''
  const url = await new Promise<string>((listening, failed) => {
    const read = (text: Buffer) => {
      output += text
      const [, url] = /^listening on (\S+)/m.exec(output) ?? []
      if (url) listening(url)
    }
    server.stdout.on('data', read)
    server.stderr.on('data', read)
    server.on('close', () => failed(new Error(output)))
  })
  return {
    url,
    async [Symbol.asyncDispose]() {
      if (server.pid && server.exitCode === null) process.kill(-server.pid)
      await exited
    },
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
