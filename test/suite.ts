/** What the suite consists of: `npm test` runs what Node alone can tell, `npm run test:all` everything. */
import { availableParallelism } from 'node:os'
import { fileURLToPath } from 'node:url'
import { defineConfig, type ViteUserConfig } from 'vitest/config'
import type { Reporter } from 'vitest/node'
import { hasPostgres } from './harness/postgres-binaries.ts'
import { slowestFiles } from './slowest-files.ts'

const root = fileURLToPath(new URL('..', import.meta.url))

/** Foreign toolchains, a browser, processes that are killed, and what takes minutes. */
const outside = [
  'test/browser/**',
  'test/clients/{go,python}.test.ts',
  'test/clients/sdk/**',
  'test/contract/{schemathesis,walks}.test.ts',
  'test/faults/**',
  'test/server-memory.test.ts',
]

/** What PostgreSQL is about: its own files, several servers on one store, and what happens at once. */
const postgres = [
  'test/store/**/*.test.ts',
  'test/security/{logins-at-once,refresh-grant,refresh-tokens,replicas,replicas-at-once,signing-keys-in-store}.test.ts',
  'test/commands/migrate.test.ts',
]

/** What asks the store. */
const onBoth = [
  'test/{operations,security,store}/**/*.test.ts',
  'test/commands/{user,client,keys-audit,audit,json-output,printed-text}*.test.ts',
  'test/faults/{kill,shutdown,postgres-*}.test.ts',
  'test/workers.test.ts',
]

/** What is about files, the locks and the plans of SQLite. */
const sqliteAlone = [
  'test/store/{busy-database,query-plans,username-keys}.test.ts',
  'test/commands/user-import-lock.test.ts',
  'test/security/secret-files.test.ts',
]
const postgresAlone = ['test/{store,faults}/postgres-*.test.ts']

export function suite({ isWhole }: { readonly isWhole: boolean }): ViteUserConfig {
  const left = isWhole ? [] : outside
  return defineConfig({
    test: {
      root,
      globalSetup: ['test/harness/global-setup.ts'],
      reporters: reporters(isWhole),
      slowTestThreshold: 2000,
      projects: [
        project('sqlite', ['test/**/*.test.ts'], [...postgresAlone, ...left]),
        ...(hasPostgres
          ? [project('postgres', isWhole ? onBoth : postgres, [...sqliteAlone, ...left])]
          : []),
      ],
    },
  })
}

/** With TESTS_JSON a file is written too, for a program to read. */
function reporters(isWhole: boolean) {
  const { TESTS_JSON: outputFile } = process.env
  const all: (Reporter | ['default' | 'json', { outputFile?: string }])[] = [['default', {}]]
  if (isWhole) all.push(slowestFiles)
  if (outputFile) all.push(['json', { outputFile }])
  return all
}

function project(name: 'sqlite' | 'postgres', include: string[], exclude: string[]) {
  return {
    test: {
      name,
      root,
      include,
      exclude,
      globalSetup: [`test/harness/${name}-setup.ts`],
      setupFiles: ['test/harness/recorder.ts'],
      env: {
        TESSERA_STORE: name,
        // Every server starts a hashing thread, which loads in half the time what has been compiled before.
        NODE_COMPILE_CACHE: `${root}node_modules/.cache/compile`,
      },
      pool: 'forks' as const,
      // A process runs one file after another: the server is loaded once, not once a file.
      isolate: false,
      // Left to itself vitest leaves a core free, and of two that is half of the time.
      maxWorkers: availableParallelism(),
      testTimeout: 30_000,
      hookTimeout: 60_000,
    },
  }
}
