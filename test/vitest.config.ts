import { defineConfig } from 'vitest/config'

/** What asks the store is tested on each of them. */
const onBoth = [
  'test/{operations,security,store}/**/*.test.ts',
  'test/commands/{user,client,keys,audit,migrate}*.test.ts',
]
const projects = [
  { name: 'sqlite', include: ['test/**/*.test.ts'], exclude: ['test/**/postgres*.test.ts'] },
  { name: 'postgres', include: onBoth, exclude: ['test/**/sqlite*.test.ts'] },
]

// biome-ignore lint/style/noDefaultExport: vitest reads the default export
export default defineConfig({
  test: {
    globalSetup: ['test/harness/global-setup.ts'],
    projects: projects.map(({ name, include, exclude }) => ({
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
