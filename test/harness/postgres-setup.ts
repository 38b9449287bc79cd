/** Starts PostgreSQL before the tests that need it, with the databases that tests get a copy of. */

import { Client } from 'pg'
import type { TestProject } from 'vitest/node'
import { openStore } from '../../src/store/store.ts'
import { startPostgres } from './embedded-postgres.ts'
import { addSigningKey, postgresSecret } from './signing-key.ts'

// biome-ignore lint/style/noDefaultExport: vitest reads the default export
export default async function setup(project: TestProject): Promise<() => Promise<void>> {
  const postgres = await startPostgres()
  await makeDatabaseWithKey(postgres.url)
  project.provide('postgres', postgres.url)
  return () => postgres.remove()
}

/** The template for servers, with a signing key. */
async function makeDatabaseWithKey(template: string): Promise<void> {
  const client = new Client({ connectionString: new URL('/postgres', template).href })
  await client.connect()
  await client.query('create database with_key template template')
  await client.end()
  const store = openStore({ kind: 'postgres', url: new URL('/with_key', template).href })
  await addSigningKey(store, postgresSecret)
  await store.close()
}
