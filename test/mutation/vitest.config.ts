/** The tests that mutants are run against: those of the tokens, the security and the contract that need no other process. */
import { defineConfig } from 'vitest/config'
import { BaseSequencer } from 'vitest/node'
import { lastingThread } from './lasting-thread.ts'

/** What has killed the last one first, then the quickest. */
class QuickestFirst extends BaseSequencer {
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
      name: 'lasting-thread',
      configureVitest({ project }) {
        project.config.pool = lastingThread.name
        project.config.poolRunner = lastingThread
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
    sequence: { sequencer: QuickestFirst },
    testTimeout: 15_000,
    hookTimeout: 30_000,
  },
})
