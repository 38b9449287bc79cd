import { defineConfig } from 'vitest/config'
import { hasPostgres } from './harness/postgres-binaries.ts'

/** What asks the store is tested on each of them. */
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
const stores = [
  { name: 'sqlite', include: ['test/**/*.test.ts'], exclude: postgresAlone },
  { name: 'postgres', include: onBoth, exclude: sqliteAlone },
]

// biome-ignore lint/style/noDefaultExport: vitest reads the default export
export default defineConfig({
  test: {
    globalSetup: ['test/harness/global-setup.ts'],
    projects: stores
      .filter(({ name }) => name !== 'postgres' || hasPostgres)
      .map(({ name, include, exclude }) => ({
        test: {
          name,
          include,
          exclude,
          root: new URL('..', import.meta.url).pathname,
          setupFiles: ['test/harness/recorder.ts'],
          env: { TESSERA_STORE: name },
          pool: 'forks' as const,
          testTimeout: 30_000,
          hookTimeout: 60_000,
        },
      })),
    root: new URL('..', import.meta.url).pathname,
  },
})
