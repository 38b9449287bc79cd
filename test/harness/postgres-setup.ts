/** Before the tests on PostgreSQL, where there are any to be run: a real one. */

import { Client } from 'pg'
import type { TestProject } from 'vitest/node'
import { openStore } from '../../src/store/store.ts'
import { startPostgres } from './embedded-postgres.ts'
import { addKey, postgresSecret } from './first-key.ts'

// biome-ignore lint/style/noDefaultExport: vitest reads the default export
export default async function setup(project: TestProject): Promise<() => Promise<void>> {
  const postgres = await startPostgres()
  await makeKeyed(postgres.url)
  project.provide('postgres', postgres.url)
  return () => postgres.remove()
}

/** The template of servers: with a key that signs. */
async function makeKeyed(template: string): Promise<void> {
  const client = new Client({ connectionString: new URL('/postgres', template).href })
  await client.connect()
  await client.query('create database keyed template template')
  await client.end()
  const store = openStore({ kind: 'postgres', url: new URL('/keyed', template).href })
  await addKey(store, postgresSecret)
  await store.close()
}
