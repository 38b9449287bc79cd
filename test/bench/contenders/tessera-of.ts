/** Tessera with a contract of OPERATIONS operations: in memory and without a log, otherwise as in production. */

import { contractOf, type Document } from '#contract'
import { contract } from '../../../generated/contract.ts'
import { addDemoData } from '../../../src/commands/demo-data.ts'
import { readConfig } from '../../../src/config/config.ts'
import { methods } from '../../../src/contract/document/openapi.ts'
import { productOf } from '../../../src/create-server.ts'
import { tessera } from '../../../src/main.ts'
import { operations } from '../../../src/operations/index.ts'
import { openServices, type Services } from '../../../src/services.ts'
import { createApp } from '../../../src/serving/app.ts'
import { listen } from './listen.ts'

const count = Number(process.env.OPERATIONS)
const environment = { DATABASE_URL: ':memory:', SECRET_KEY: 'x'.repeat(32), LOG_LEVEL: 'silent' }
const config = readConfig({ ...process.env, ...environment })
const document = structuredClone(contract.document)
shrink(document)
grow(document)
const changed = contractOf(document)
const product = { ...productOf(tessera), contract: changed, handlers: handlersOf }
const services = await openServices({ config, product, issuer: 'http://127.0.0.1' })
await addDemoData(services)
listen(createApp(services))

function handlersOf(opened: Services): Record<string, unknown> {
  const handlers: Readonly<Record<string, unknown>> = operations(opened)
  const ids = Object.keys(changed.operations)
  return Object.fromEntries(ids.map((id) => [id, handlers[id] ?? handlers.readOwnItems]))
}

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
  }
}

function operationsIn(paths: Document['paths']): number {
  return Object.values(paths).reduce((sum, item) => sum + operationsAt(item), 0)
}

function operationsAt(item: object = {}): number {
  return methods.filter((method) => method in item).length
}
