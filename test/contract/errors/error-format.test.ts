import { expect, it } from 'vitest'
import { ContractError } from '../../../src/contract/document/document.ts'
import { errorFormatOf } from '../../../src/contract/errors/error-format.ts'
import { problemDetails } from '../../../src/contract/errors/problem-details.ts'

const other = { ...problemDetails(), schema: 'Other' }

it('the format of an operation has the schema of its errors', () => {
  expect(errorFormatOf({ errors: 'Other' }, [problemDetails(), other])).toBe(other)
})

it('a schema without a format is an error', () => {
  expect(() => errorFormatOf({ errors: 'Fault' }, [problemDetails(), other])).toThrow(
    new ContractError('no error format for the schema Fault'),
  )
})
