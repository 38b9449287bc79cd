/** Prints, when all tests have run, the twenty files that took the longest: where the next minute is to be saved. */
import { relative } from 'node:path'
import type { Reporter, TestModule } from 'vitest/node'

const shown = 20

/** In seconds: what its tests took, and what came before and after them. */
function secondsOf(module: TestModule): number {
  const { collectDuration, duration } = module.diagnostic()
  return (collectDuration + duration) / 1000
}

function lineOf(module: TestModule): string {
  const file = relative('', module.moduleId)
  return `${secondsOf(module).toFixed(1).padStart(6)} s  ${module.project.name.padEnd(8)}  ${file}\n`
}

export const slowestFiles: Reporter = {
  onTestRunEnd(modules) {
    const slowest = modules.toSorted((a, b) => secondsOf(b) - secondsOf(a)).slice(0, shown)
    process.stdout.write(`\nThe slowest files:\n${slowest.map(lineOf).join('')}`)
  },
}
