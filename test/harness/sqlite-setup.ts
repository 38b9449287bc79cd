/** Creates the SQLite file that tests get a copy of, migrated and with a signing key. */
import { join } from 'node:path'
import type { TestProject } from 'vitest/node'
import { readOrCreateSecret } from '../../src/keys/secrets.ts'
import { openStore } from '../../src/store/store.ts'
import { addSigningKey } from './signing-key.ts'
import { volatileFolder } from './volatile-folder.ts'

// biome-ignore lint/style/noDefaultExport: vitest reads the default export
export default async function setup(project: TestProject): Promise<void> {
  const folder = volatileFolder('tessera-key-')
  const file = join(folder, 'test.db')
  const store = openStore({ kind: 'sqlite', file })
  await store.migrate()
  await addSigningKey(store, readOrCreateSecret(`${file}.secret`))
  await store.close()
  project.provide('fileWithKey', file)
}
