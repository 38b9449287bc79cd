/** What the validator promises to the router. What it refuses: router/validation.test.ts, router/security.test.ts. */
import { createServer } from 'node:http'
import express, { type ErrorRequestHandler } from 'express'
import { describe, expect, it, onTestFinished } from 'vitest'
import { type SecurityCheck, type Validator, validator } from '../../src/contract/validator.ts'
import { bookContract } from './books.ts'
import type { Edit } from './edited.ts'

const letIn: SecurityCheck = async () => ({ name: 'jane' })

function validatorOf(operationId: string, ...edits: readonly Edit[]): Validator {
  const { document, operations } = bookContract(...edits)
  const operation = operations[operationId]
  if (!operation) throw new Error(`no such operation: ${operationId}`)
  return validator(document, operation, { OAuth2: letIn })
}

describe('validate', () => {
  it.each(['listBooks', 'addBook', 'readBook', 'lendBook'])(
    'looks at what the operation takes: %s',
    (operationId) => {
      expect(validatorOf(operationId).validate).toHaveLength(1)
    },
  )

  it('is empty where it takes nothing, and costs nothing', () => {
    expect(validatorOf('readNewestBook').validate).toEqual([])
  })
})

describe('authorize', () => {
  it('lets nobody in of whom no record could be kept', async () => {
    const refuse: ErrorRequestHandler = (error, _req, res, _next) =>
      void res.sendStatus(error.status)
    const app = express()
      .use(...validatorOf('addBook').authorize)
      .use((_req, res) => void res.sendStatus(204))
      .use(refuse)
    const server = createServer(app)
    await new Promise<void>((listening) => server.listen(0, '127.0.0.1', listening))
    onTestFinished(() => server.close().closeAllConnections())
    const address = server.address()
    const port = typeof address === 'object' ? address?.port : undefined
    const response = await fetch(`http://127.0.0.1:${port}/books`, { method: 'POST' })
    expect(response.status).toBe(401)
  })
})
