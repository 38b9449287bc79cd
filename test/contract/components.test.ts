/** Which components of the contract are used. In place of Redocly's `no-unused-components`, which has no exceptions. */
import { expect, it } from 'vitest'
import { contract } from '../../generated/contract.ts'
import { references, resolve } from '../../src/contract/document/document.ts'
import type { Kind } from '../../src/contract/document/document-fields.ts'

const { document } = contract

/** Every reference below the node, and below what it refers to. */
function reachedFrom(kind: Kind, node: unknown, found = new Set<string>()): ReadonlySet<string> {
  for (const { kind: referred, $ref } of references(kind, node)) {
    if (found.has($ref)) continue
    found.add($ref)
    reachedFrom(referred, resolve<object>(document, { $ref }), found)
  }
  return found
}

it('an operation uses every component, except what only the responses of paths use', () => {
  // Security schemes are named, not referred to: `assertComplete` checks them.
  const { securitySchemes: _, ...components } = document.components ?? {}
  const declared = Object.entries(components).flatMap(([kind, members]) =>
    Object.keys(members).map((name) => `#/components/${kind}/${name}`),
  )
  const used = reachedFrom('paths', document.paths)
  const ofPaths = reachedFrom(
    'responses',
    Object.fromEntries(
      ['Options', 'MethodNotAllowed', 'TokenMethodNotAllowed'].map((name) => [
        name,
        { $ref: `#/components/responses/${name}` },
      ]),
    ),
  )
  expect(declared.length).toBeGreaterThan(100)
  expect(declared.filter((ref) => !used.has(ref) && !ofPaths.has(ref))).toEqual([])
})
