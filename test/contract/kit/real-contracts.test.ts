/** What contracts of other makers have: paths that differ in the names of parameters only, wrong examples, required fields with defaults. */
import express from 'express'
import { parse } from 'yaml'
import { contractOf } from '../../../src/contract/contract.ts'
import { problemDetails } from '../../../src/contract/errors/problem-details.ts'
import { serve } from '../../../src/contract/serve.ts'
import { contractTests } from '../../../src/contract/vitest.ts'

const contract = contractOf(
  parse(`
openapi: 3.1.0
paths:
  /alerts/{id}:
    get:
      operationId: readAlert
      parameters: [{ in: path, name: id, required: true, example: first, schema: { type: integer } }]
      responses: { 204: { description: It is there. } }
  /alerts/{number}:
    put:
      operationId: changeAlert
      parameters: [{ in: path, name: number, required: true, schema: { type: integer } }]
      requestBody:
        required: true
        content:
          application/json:
            example: { levels: [{ level: high }] }
            schema:
              type: object
              required: [levels, kind]
              properties:
                kind: { type: string, default: build }
                levels:
                  type: array
                  minItems: 1
                  items:
                    type: object
                    required: [level, active]
                    properties: { level: { type: integer }, active: { type: boolean, default: true } }
      responses: { 204: { description: Changed. } }
`),
)

type AnyRespond = Readonly<Record<string, (init: object) => unknown>>
const done = (_request: unknown, respond: AnyRespond) => respond[204]?.({ headers: {} })
const handlers = { readAlert: done, changeAlert: done }
const router = serve(contract, { handlers, security: {}, errors: problemDetails() })

contractTests(contract, { server: express().disable('x-powered-by').use(router) })
