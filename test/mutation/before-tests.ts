/**
 * Attributes the code that runs before the tests of a file, such as the start of its server, to every test of the file. Stryker would
 * attribute it to loading, and run too few tests against its mutants.
 */
import { afterAll, beforeAll, expect, inject } from 'vitest'

type Hits = Record<string, number>

/** Stryker's global object in a test process: the mutants that each test has reached. */
interface Coverage {
  currentTestId?: string | undefined
  mutantCoverage?: { readonly perTest: Record<string, Hits> }
}

if (inject('mode') === 'dry-run') attribute(Reflect.get(globalThis, inject('globalNamespace')))

function attribute(coverage: Coverage): void {
  const before = `${expect.getState().testPath}#`
  const tests = new Set<string>()
  let isLoaded = false
  let test: string | undefined
  Object.defineProperty(coverage, 'currentTestId', {
    get: () => test ?? (isLoaded ? before : undefined),
    set: (id: string | undefined) => {
      test = id
      if (id) tests.add(id)
    },
    configurable: true,
  })
  beforeAll(() => {
    isLoaded = true
  })
  afterAll(() => {
    isLoaded = false
    const { perTest = {} } = coverage.mutantCoverage ?? {}
    const shared = Object.entries(perTest[before] ?? {})
    delete perTest[before]
    for (const id of tests) {
      perTest[id] ??= {}
      for (const [mutant, times] of shared) perTest[id][mutant] = (perTest[id][mutant] ?? 0) + times
    }
  })
}

declare module 'vitest' {
  export interface ProvidedContext {
    mode: 'dry-run' | 'mutant'
    /** The name of Stryker's object. */
    globalNamespace: string
  }
}
