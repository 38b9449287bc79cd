/** Tessera with a contract of OPERATIONS operations: in memory and without a log, otherwise as in production. */

import { contractOf, type Document } from '#contract'
import { type Api, contract } from '../../../generated/contract.ts'
import { addDemoData } from '../../../src/commands/demo.ts'
import { readConfig } from '../../../src/config/config.ts'
import { methods } from '../../../src/contract/openapi.ts'
import { operations } from '../../../src/operations/index.ts'
import { openServices } from '../../../src/services.ts'
import { createApp } from '../../../src/serving/app.ts'
import { listen } from './listen.ts'

const count = Number(process.env.OPERATIONS)
const environment = { DATABASE_URL: ':memory:', SECRET_KEY: 'x'.repeat(32), LOG_LEVEL: 'silent' }
const config = readConfig({ ...process.env, ...environment })
const services = await openServices({ config, issuer: 'http://127.0.0.1' })
await addDemoData(services)

const document = structuredClone(contract.document)
const handlers: Record<string, unknown> = { ...operations(services) }
shrink(document)
grow(document)
const changed = contractOf<Api>(document)
const entries = Object.keys(changed.operations).map((id) => [id, handlers[id]])
listen(createApp(services, { contract: changed, handlers: Object.fromEntries(entries) }))

/** Removes the last paths, except those of the login and the account. */
function shrink({ paths }: Document): void {
  const others = Object.keys(paths).filter((path) => path !== '/token' && path !== '/users/me')
  for (const path of others.toReversed()) {
    const remaining = operationsIn(paths) - operationsAt(paths[path])
    if (remaining >= count) delete paths[path]
  }
}

/** Adds paths that return what the items return. */
function grow({ paths }: Document): void {
  const template = paths['/users/me/items']?.get
  for (let index = 0; operationsIn(paths) < count; index++) {
    const operationId = `readMore${index}`
    paths[`/more/${index}`] = {
      get: { ...template, operationId, responses: template?.responses ?? {} },
    }
    handlers[operationId] = handlers.readOwnItems
  }
}

function operationsIn(paths: Document['paths']): number {
  return Object.values(paths).reduce((sum, item) => sum + operationsAt(item), 0)
}

function operationsAt(item: object = {}): number {
  return methods.filter((method) => method in item).length
}
