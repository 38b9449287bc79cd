import { expect, it } from 'vitest'
import { contractFolder } from '../contract-folder.ts'

const paths = (responses: string) => ({
  'openapi.yaml': `openapi: 3.1.0
paths:
  /notes:
    get:
      operationId: listNotes
      ${responses}
`,
})

it.each([['tags: []'], ['responses: {}'], ["responses: { '404': { description: None. } }"]])(
  'generate refuses an operation without a response of success: %s [K21]',
  (responses) => {
    expect(contractFolder(paths(responses)).faults()).toEqual([
      'openapi.yaml:4:5: listNotes has no response of success: declare a status below 400',
    ])
  },
)

it.each(['204', '302', '2XX', 'default'])('takes one with %s [K21]', (status) => {
  const responses = `responses: { '${status}': { description: Done. } }`
  expect(contractFolder(paths(responses)).faults()).toEqual([])
})
