/** Before the tests on PostgreSQL, where there are any to be run: a real one. */
import type { TestProject } from 'vitest/node'
import { startPostgres } from './embedded-postgres.ts'

// biome-ignore lint/style/noDefaultExport: vitest reads the default export
export default async function setup(project: TestProject): Promise<() => Promise<void>> {
  const postgres = await startPostgres()
  project.provide('postgres', postgres.url)
  return () => postgres.remove()
}
