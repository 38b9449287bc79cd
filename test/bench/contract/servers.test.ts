/** The servers of this package that `npm run bench:contract` measures: without this, a change of the package would end the benchmark. */
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { expect, it } from 'vitest'
import { run } from '../process.ts'
import { asked, firstOperations, gitHubContract } from './first-operations.ts'
import { contender } from './servers.ts'

it.each([
  ['books/tessera.ts', '/books/1', undefined],
  ['serve-large.ts', asked.path, firstOperations(gitHubContract(), 26)],
] as const)('%s responds with 200', async (file, path, document) => {
  const folder = mkdtempSync(`${tmpdir()}/tessera-test-`)
  writeFileSync(`${folder}/openapi.json`, JSON.stringify(document ?? {}))
  const { program } = contender(file, file, path, { argument: `${folder}/openapi.json` })
  const server = await run(program, path)
  try {
    const { status } = await fetch(`http://127.0.0.1:${server.port}${path}`, {
      headers: { Authorization: 'Bearer token' },
    })
    expect(status).toBe(200)
  } finally {
    await server.stop()
    rmSync(folder, { recursive: true })
  }
})
