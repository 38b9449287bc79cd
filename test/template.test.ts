/** The files that `tessera new` writes, as a project: typed, linted and tested with the sources of this repository. */
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { type LinkedProject, linkedProject } from './harness/linked-project.ts'

describe('a project of tessera new', () => {
  let project: LinkedProject
  const installed = (script: string, ...args: readonly string[]) =>
    project.node(join(project.folder, 'node_modules', script), ...args)
  beforeAll(async () => {
    project = linkedProject()
    await project.generate()
  })
  afterAll(() => project[Symbol.dispose]())

  it('compiles [N19]', async () => {
    // The packages are sources here, so that the compiler and its options must be those of this repository.
    const compiler = 'typescript-native/bin/tsc'
    expect(await installed(compiler, '--exactOptionalPropertyTypes')).toBe('')
  })

  it('is formatted and linted [N19]', async () => {
    await installed('@biomejs/biome/bin/biome', 'check', '.')
  })

  it('passes its tests, and those of its contract [N19]', async () => {
    const out = await installed('vitest/vitest.mjs', 'run')
    expect(out).toMatch(/Test Files .*2 passed/)
    expect(out).not.toMatch(/failed/)
  })
})
