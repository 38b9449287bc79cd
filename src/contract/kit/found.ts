/** What the responses had wrong: each fault is reported once, by the first test that finds it, and undeclared statuses together. */
import type { KitOperation } from './kit-operation.ts'

export interface Found {
  /** The faults that follow belong to this test. */
  begin(test: string): void
  /** The faults that no earlier test has found. */
  firstOf(operation: KitOperation, status: number, faults: readonly string[]): string[]
  addUndeclared(operation: KitOperation, status: number, response: Undeclared): void
  /** One response of each undeclared status. */
  undeclared(operation: KitOperation): ReadonlyMap<number, Undeclared>
}

export interface Undeclared {
  readonly report: string
  /** Refused by the contract layer itself, before the handler. */
  readonly isOfLayer: boolean
}

export function found(): Found {
  let current = ''
  const owners = new Map<string, string>()
  const undeclared = new Map<string, Map<number, Undeclared>>()
  return {
    begin: (test) => {
      current = test
    },
    firstOf: ({ id }, status, faults) =>
      faults.filter((fault) => {
        // Middleware sets a header on the responses of all operations.
        const where = /^the header \S+ is not declared/.test(fault) ? '' : `${id} ${status} `
        const key = where + fault.replace(/\d+/g, '#')
        const owner = owners.get(key) ?? current
        owners.set(key, owner)
        return owner === current
      }),
    addUndeclared: ({ id }, status, response) => {
      const all = undeclared.get(id) ?? new Map<number, Undeclared>()
      undeclared.set(id, all)
      if (!all.has(status)) all.set(status, response)
    },
    undeclared: ({ id }) => undeclared.get(id) ?? new Map(),
  }
}
