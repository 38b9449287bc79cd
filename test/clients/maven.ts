/** Maven, offline: it uses what was downloaded before. */
import type { Command } from './run-client.ts'

export function maven(...goals: string[]): Command {
  return { file: 'mvn', args: ['--quiet', '--batch-mode', '--offline', ...goals] }
}

/** Runs a class that was compiled by `compile dependency:copy-dependencies`. The option makes short programs faster. */
export function java(...args: string[]): Command {
  return {
    file: 'java',
    args: ['-XX:TieredStopAtLevel=1', '-cp', 'target/classes:target/dependency/*', ...args],
  }
}
