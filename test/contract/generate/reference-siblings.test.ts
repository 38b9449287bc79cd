import { expect, it } from 'vitest'
import { contractFolder } from '../contract-folder.ts'

const folderOf = () =>
  contractFolder({
    'openapi.yaml': `openapi: 3.1.0
paths: {}
components:
  schemas:
    Text: { type: string }
    Short: { $ref: '#/components/schemas/Text', maxLength: 5 }
    Both: { $ref: '#/components/schemas/Text', allOf: [{ minLength: 1 }] }
    Told: { $ref: '#/components/schemas/Text', description: A text., x-more: 1 }
`,
  })

it('what is beside the reference of a schema is part of its type, too [K21]', () => {
  const { Short, Both, Told } = folderOf().document().components?.schemas ?? {}
  const $ref = '#/components/schemas/Text'
  expect(Short).toEqual({ allOf: [{ $ref }], maxLength: 5 })
  expect(Both).toEqual({ allOf: [{ $ref }, { minLength: 1 }] })
  expect(Told).toEqual({ $ref, description: 'A text.', 'x-more': 1 })
})
