/** Configures the tests that run against mutants. */
import { defineConfig } from 'vitest/config'
import { BaseSequencer } from 'vitest/node'
import { reusedThread } from './reused-thread.ts'

/** Runs the tests that failed for the last mutant first, then the fastest. */
class FastestFirst extends BaseSequencer {
  override async sort(files: Parameters<BaseSequencer['sort']>[0]) {
    const costOf = (file: (typeof files)[number]) => {
      const { failed = false, duration = 0 } = this.ctx.cache.getTestSpecificationResult(file) ?? {}
      return failed ? -1 : duration
    }
    return files.toSorted((a, b) => costOf(a) - costOf(b))
  }
}

// biome-ignore lint/style/noDefaultExport: vitest reads the default export
export default defineConfig({
  plugins: [
    {
      name: 'reused-thread',
      configureVitest({ project }) {
        project.config.pool = reusedThread.name
        project.config.poolRunner = reusedThread
      },
    },
  ],
  test: {
    include: ['test/**/*.test.ts'],
    globalSetup: ['test/harness/sqlite-setup.ts'],
    setupFiles: ['test/mutation/before-tests.ts'],
    env: { TESSERA_STORE: 'sqlite' },
    isolate: false,
    maxWorkers: 1,
    sequence: { sequencer: FastestFirst },
    testTimeout: 15_000,
    // Less than that of a test. The default of one second is too short for mails.
    expect: { poll: { timeout: 10_000 } },
    hookTimeout: 30_000,
  },
})
