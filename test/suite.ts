/** Which test files run on which store: `npm test` runs those that need only Node, `npm run test:all` all but those of `npm run test:world`. */
import { availableParallelism } from 'node:os'
import { fileURLToPath } from 'node:url'
import { defineConfig, type ViteUserConfig } from 'vitest/config'
import type { Reporter } from 'vitest/node'
import { hasPostgres } from './harness/postgres-binaries.ts'
import { slowestFiles } from './slowest-files.ts'

const root = fileURLToPath(new URL('..', import.meta.url))

/** Only in `npm run test:all`: these files need other toolchains or a browser, kill processes, measure memory, or pack and compile projects. */
export const onlyInAll = [
  'test/{client,contract,server}/package.test.ts',
  'test/server/documents.test.ts',
  'test/template.test.ts',
  'test/browser/**',
  'test/clients/!(oauth4webapi|openid-client|swagger-ui).test.ts',
  'test/clients/resource-servers/{fastapi,go}.test.ts',
  'test/clients/sdk/**',
  'test/contract/{schemathesis,walks}.test.ts',
  'test/faults/**',
  'test/mail/postfix.test.ts',
  'test/serving/server-memory.test.ts',
]

/** Only in `npm run test:world`: these files need toolchains that the others do not. */
export const onlyInWorld = [
  'test/browser/nginx.test.ts',
  'test/clients/patterns.test.ts',
  'test/clients/resource-servers/spring.test.ts',
  'test/clients/sdk/{php,ruby}.test.ts',
  'test/cluster/*.test.ts',
  'test/{contract,server}/installed.test.ts',
  'test/server/{new,upgrade}.test.ts',
  'test/contract/{rivals,strangers}/*.test.ts',
]

/** On PostgreSQL in `npm test`: migrations, locks, several servers on one database, and races. */
export const aboutPostgres = [
  'test/store/**/*.test.ts',
  'test/oauth/{refresh-grant,refresh-repeats,refresh-tokens,replicas,concurrent-replicas}.test.ts',
  'test/{throttling/{concurrent-logins,login-statements},keys/signing-keys-in-store}.test.ts',
  'test/commands/{migrate,processes}.test.ts',
]

/** On PostgreSQL in `npm run test:all`: every file whose tests read or write the database. */
export const onBoth = [
  'test/{operations,accounts,oauth,passwords,throttling,keys,audit,store,mail}/**/*.test.ts',
  'test/serving/{addresses,cors,headers,mail-delivery,workers}.test.ts',
  'test/telemetry/log.test.ts',
  'test/commands/{user,client,keys-audit,audit,json-output,printed-text,processes}*.test.ts',
  'test/faults/{kill,shutdown,postgres-*}.test.ts',
]

/** The files, locks and query plans of SQLite. */
export const onlySqlite = [
  'test/store/{busy-database,query-plans,username-keys}.test.ts',
  'test/commands/user-import-lock.test.ts',
  'test/keys/secret-files.test.ts',
]

export const onlyPostgres = ['test/{store,faults}/postgres-*.test.ts']

/** `npm test`, `npm run test:all` or `npm run test:world`. */
export type Run = 'quick' | 'all' | 'world'

export function suite(run: Run): ViteUserConfig {
  // A run within a run, such as that of the README test, gets its own folder.
  delete process.env.TESSERA_RUN
  return defineConfig({
    test: {
      root,
      globalSetup: ['test/harness/global-setup.ts'],
      reporters: reporters(run),
      // For --changed: these files are imported by no module.
      forceRerunTriggers: [
        '**/package.json',
        '**/vitest*.config.ts',
        '**/openapi.yaml',
        '**/src/*.js',
      ],
      slowTestThreshold: 2000,
      projects: run === 'world' ? [project('world', 'sqlite', onlyInWorld, [])] : onStores(run),
    },
  })
}

function onStores(run: 'quick' | 'all') {
  const excluded = run === 'all' ? onlyInWorld : [...onlyInWorld, ...onlyInAll]
  const onPostgres = run === 'all' ? onBoth : aboutPostgres
  return [
    project('sqlite', 'sqlite', ['test/**/*.test.ts'], [...onlyPostgres, ...excluded]),
    ...(hasPostgres
      ? [project('postgres', 'postgres', onPostgres, [...onlySqlite, ...excluded])]
      : []),
  ]
}

/** With TESTS_JSON, the results are also written to that file as JSON. */
function reporters(run: Run) {
  const { TESTS_JSON: outputFile } = process.env
  const all: (Reporter | ['default' | 'json', { outputFile?: string }])[] = [['default', {}]]
  if (run !== 'quick') all.push(slowestFiles)
  if (outputFile) all.push(['json', { outputFile }])
  return all
}

function project(name: string, store: 'sqlite' | 'postgres', include: string[], exclude: string[]) {
  return {
    test: {
      name,
      root,
      include,
      exclude,
      globalSetup: [`test/harness/${store}-setup.ts`],
      setupFiles: ['test/harness/recorder.ts'],
      env: {
        TESSERA_STORE: store,
        // The compile cache halves the time in which a server starts its hashing threads.
        NODE_COMPILE_CACHE: `${root}node_modules/.cache/compile`,
      },
      pool: 'forks' as const,
      // Each worker process loads the server once, not once for each file.
      isolate: false,
      // One more than cores: many tests wait, for a poll of the server or the end of a process.
      maxWorkers: availableParallelism() + 1,
      // They end a test that hangs; a test beside other programs may take many times what it takes alone.
      testTimeout: 120_000,
      // The default of one second is too short on a busy machine.
      expect: { poll: { timeout: 30_000 } },
      hookTimeout: 120_000,
    },
  }
}
