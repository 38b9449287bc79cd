/** Before the tests on SQLite: the file that the databases of servers are copies of, with its migrations applied and a key that signs. */
import { rmSync } from 'node:fs'
import { join } from 'node:path'
import type { TestProject } from 'vitest/node'
import { keptSecret } from '../../src/security/secrets.ts'
import { openStore } from '../../src/store/store.ts'
import { addKey } from './first-key.ts'
import { volatileFolder } from './volatile-folder.ts'

// biome-ignore lint/style/noDefaultExport: vitest reads the default export
export default async function setup(project: TestProject): Promise<() => void> {
  const folder = volatileFolder('tessera-keyed-')
  const file = join(folder, 'test.db')
  const store = openStore({ kind: 'sqlite', file })
  await store.migrate()
  await addKey(store, keptSecret(`${file}.secret`))
  await store.close()
  project.provide('keyedFile', file)
  return () => rmSync(folder, { recursive: true })
}
