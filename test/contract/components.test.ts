/** Which components of the contract are used. In place of Redocly's `no-unused-components`, which has no exceptions. */
import { expect, it } from 'vitest'
import { contract } from '../../generated/contract.ts'
import { componentsOf } from '../../src/contract/document/document.ts'

const { document } = contract

const namesOf = (components: object): string[] =>
  Object.entries(components).flatMap(([folder, members]) =>
    Object.keys(members).map((name) => `#/components/${folder}/${name}`),
  )

it('an operation uses every component, except what only the responses of paths use', () => {
  // Security schemes are named, not referred to: `assertComplete` checks them.
  const { securitySchemes: _, ...components } = document.components ?? {}
  const ofPaths = ['Options', 'MethodNotAllowed', 'TokenMethodNotAllowed'].map((name) => [
    name,
    { $ref: `#/components/responses/${name}` },
  ])
  const used = [
    ...namesOf(componentsOf(document, 'paths', document.paths)),
    ...namesOf(componentsOf(document, 'responses', Object.fromEntries(ofPaths))),
  ]
  const declared = namesOf(components)
  expect(declared.length).toBeGreaterThan(100)
  expect(declared.filter((ref) => !used.includes(ref))).toEqual([])
})
