import { expect, it } from 'vitest'
import { ContractError } from '../../src/contract/document.ts'
import { errorFormatOf } from '../../src/contract/error-format.ts'
import { problemDetails } from '../../src/contract/problem-details.ts'

const other = { ...problemDetails, schema: 'Other' }

it('the format of an operation is that of the schema of its errors', () => {
  expect(errorFormatOf({ errors: 'Other' }, [problemDetails, other])).toBe(other)
})

it('there is none for a schema that nobody has handed in', () => {
  expect(() => errorFormatOf({ errors: 'Fault' }, [problemDetails, other])).toThrow(
    new ContractError('no error format for the schema Fault'),
  )
})
