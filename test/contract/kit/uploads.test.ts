/** The kit sends the files of each form of the contract, and those that `make` gives. */
import express from 'express'
import { expect, it } from 'vitest'
import { parse } from 'yaml'
import { contractOf } from '../../../src/contract/contract.ts'
import { problemDetails } from '../../../src/contract/errors/problem-details.ts'
import type { UploadedFile } from '../../../src/contract/request/uploaded-file.ts'
import { serve } from '../../../src/contract/serve.ts'
import { contractTests } from '../../../src/contract/vitest.ts'
import type { AnyHandler } from '../contract-server.ts'

const problem = '{ $ref: "#/components/schemas/Problem" }'
const refused = `description: Refused., content: { application/problem+json: { schema: ${problem} } }`
const post = (id: string, fields: string, encoding = '{}', required = '[photo]') => `
  /${id}:
    post:
      operationId: ${id}
      requestBody:
        required: true
        content:
          multipart/form-data:
            schema: { type: object, required: ${required}, properties: { ${fields} }, additionalProperties: false }
            encoding: ${encoding}
      responses:
        '204': { description: Done. }
        '400': { ${refused} }
        '413': { ${refused} }
        '415': { ${refused} }`

const binary = '{ type: string, format: binary, maxLength: 20 }'
const contract = contractOf(
  parse(`
openapi: 3.1.0
info: { title: Uploads, version: 1.0.0 }
paths:
${post('binary', `photo: ${binary}, title: { type: string }`)}
${post('typed', 'photo: { type: string, contentMediaType: image/png }')}
${post('untyped', 'photo: {}')}
${post('several', `photo: { type: array, minItems: 1, maxItems: 3, items: ${binary} }`)}
${post('encoded', `photo: ${binary}`, "{ photo: { contentType: 'image/*, text/csv' } }")}
${post(
  'mixed',
  `photo: ${binary}, tags: { type: array, items: { type: string } }, place: { type: object, properties: { x: { type: number } } }, sizes: { type: array, items: { type: integer } }`,
  '{ tags: { contentType: application/json }, sizes: { style: pipeDelimited, explode: false } }',
  '[photo, tags, place, sizes]',
)}
${post('given', `photo: { type: string, contentMediaType: image/gif }, data: ${binary}`)}
${post('bare', `photo: ${binary}`)}
components: { schemas: { Problem: { type: object } } }
`),
)

const photo = new File([Buffer.from('GIF89a')], 'kiss "1".gif', { type: 'image/gif' })
const received = new Set<string>()

const take: AnyHandler = async ({ body }, respond) => {
  const { photo: files, data }: Given = Object(body)
  for (const file of [files ?? []].flat())
    received.add(`${file.filename} ${file.mediaType} ${await bytesOf(file)}`)
  if (data) received.add(await bytesOf(data))
  return respond[204]?.({ headers: {} })
}

interface Given {
  readonly photo?: UploadedFile | readonly UploadedFile[]
  readonly data?: UploadedFile
}

const bytesOf = async (file: UploadedFile) => String(Buffer.from(await file.bytes()))

const ids = Object.keys(contract.operations)
const handlers: Readonly<Record<string, AnyHandler>> = Object.fromEntries(
  ids.map((id) => [id, take]),
)
const errors = [problemDetails()]
const app = express()
  .disable('x-powered-by')
  .use(serve(contract, { handlers, security: {}, errors, limits: { uploadBytes: 200_000 } }))

contractTests(contract, {
  server: app,
  runs: 12,
  make: {
    given: () => ({ body: { photo, data: Buffer.from('bytes') } }),
    bare: () => ({ body: { photo: new Blob(['blob']) } }),
  },
})

it('sends the files of make with their names, types and bytes [K29]', () => {
  expect([...received]).toContain('kiss %221%22.gif image/gif GIF89a')
  expect([...received]).toContain('bytes')
  expect([...received]).toContainEqual(expect.stringMatching(/^file.bin .*blob$/))
})
