/** Which files of tests run on which store: for `npm test` those that need Node alone, for `npm run test:all` all of them. */
import { availableParallelism } from 'node:os'
import { fileURLToPath } from 'node:url'
import { defineConfig, type ViteUserConfig } from 'vitest/config'
import type { Reporter } from 'vitest/node'
import { hasPostgres } from './harness/postgres-binaries.ts'
import { slowestFiles } from './slowest-files.ts'

const root = fileURLToPath(new URL('..', import.meta.url))

/** In `npm run test:all` alone: they need other toolchains or a browser, kill processes, or measure memory. */
export const onlyInAll = [
  'test/browser/**',
  'test/clients/!(oauth4webapi|openid-client|swagger-ui).test.ts',
  'test/clients/sdk/**',
  'test/contract/{schemathesis,walks}.test.ts',
  'test/faults/**',
  'test/serving/server-memory.test.ts',
]

/** On PostgreSQL in `npm test`: migrations, locks, several servers on one database, and races. */
export const aboutPostgres = [
  'test/store/**/*.test.ts',
  'test/oauth/{refresh-grant,refresh-tokens,replicas,replicas-at-once}.test.ts',
  'test/{throttling/logins-at-once,keys/signing-keys-in-store}.test.ts',
  'test/commands/{migrate,processes}.test.ts',
]

/** On PostgreSQL in `npm run test:all`: every file whose tests read or write the database. */
export const onBoth = [
  'test/{operations,accounts,oauth,passwords,throttling,keys,audit,store}/**/*.test.ts',
  'test/serving/{addresses,cors,headers,workers}.test.ts',
  'test/telemetry/log.test.ts',
  'test/commands/{user,client,keys-audit,audit,json-output,printed-text,processes}*.test.ts',
  'test/faults/{kill,shutdown,postgres-*}.test.ts',
]

/** The files, locks and query plans of SQLite. */
export const sqliteAlone = [
  'test/store/{busy-database,query-plans,username-keys}.test.ts',
  'test/commands/user-import-lock.test.ts',
  'test/keys/secret-files.test.ts',
]

export const postgresAlone = ['test/{store,faults}/postgres-*.test.ts']

export function suite({ isWhole }: { readonly isWhole: boolean }): ViteUserConfig {
  // A run within a run, as the README's walk is one, has a folder of its own.
  delete process.env.TESSERA_RUN
  const excluded = isWhole ? [] : onlyInAll
  return defineConfig({
    test: {
      root,
      globalSetup: ['test/harness/global-setup.ts'],
      reporters: reporters(isWhole),
      // For --changed: no module imports them.
      forceRerunTriggers: [
        '**/package.json',
        '**/vitest*.config.ts',
        '**/openapi.yaml',
        '**/src/*.js',
      ],
      slowTestThreshold: 2000,
      projects: [
        project('sqlite', ['test/**/*.test.ts'], [...postgresAlone, ...excluded]),
        ...(hasPostgres
          ? [project('postgres', isWhole ? onBoth : aboutPostgres, [...sqliteAlone, ...excluded])]
          : []),
      ],
    },
  })
}

/** TESTS_JSON names a file for the results as JSON. */
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
        // Each server starts hashing threads: compiled code from the cache halves their start.
        NODE_COMPILE_CACHE: `${root}node_modules/.cache/compile`,
      },
      pool: 'forks' as const,
      // Each worker process loads the server once, not once per file.
      isolate: false,
      // By default vitest leaves one core free.
      maxWorkers: availableParallelism(),
      testTimeout: 30_000,
      // A second, the default, is too short on a busy machine.
      expect: { poll: { timeout: 10_000 } },
      hookTimeout: 60_000,
    },
  }
}
