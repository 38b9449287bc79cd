/** Prints the twenty slowest test files at the end of the suite. */
import { relative } from 'node:path'
import type { Reporter, TestModule } from 'vitest/node'

const shown = 20

/** The time of the tests and of the setup of the file. */
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
