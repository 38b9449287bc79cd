/** Lets tests in the process of a server see its defects, and make its handlers fail. A server without an observer does nothing of it. */
import type { IncomingMessage, ServerResponse } from 'node:http'
import type { Contract } from '../contract.ts'
import type { Refusal } from '../errors/refusal.ts'
import type { RawUse } from '../reply/raw-reply.ts'

export interface Observer {
  /** Called for each request of an operation, before it is checked. */
  onRequest(operationId: string, req: IncomingMessage, res: ServerResponse): void
  /** Called before each handler. What it throws is treated as if the handler had thrown it. */
  beforeHandler(operationId: string, req: IncomingMessage): void
  /** Called for each refusal of an operation. A defect has the status 500 and its cause. */
  onRefusal(refusal: Refusal, operationId: string, req: IncomingMessage): void
  /** Whether a refusal has its cause from `beforeHandler`. The server does not report it: its log is for its own failures. */
  hasCaused(refusal: Refusal, req: IncomingMessage): boolean
}

/** What is known of a contract in this process. */
interface Observed {
  /** Whether a server of this process serves it. */
  isServed: boolean
  observer: Observer | undefined
  /** By operation, status and place. */
  readonly rawUses: Map<string, RawUse>
}

/** By contract: a server keeps its entry, so that a request without an observer costs one read of a property. */
const observed = new WeakMap<object, Observed>()

export function observedBy(contract: Pick<Contract, 'document' | 'operations'>): Observed {
  const known = observed.get(contract) ?? {
    isServed: false,
    observer: undefined,
    rawUses: new Map<string, RawUse>(),
  }
  observed.set(contract, known)
  return known
}

/** Observes the servers of a contract in this process, those that are started later too. Returns a function that ends it. */
export function observe(contract: Contract, observer: Observer): () => void {
  const entry = observedBy(contract)
  entry.observer = observer
  return () => {
    if (entry.observer === observer) entry.observer = undefined
  }
}

export function isServedHere(contract: Contract): boolean {
  return observedBy(contract).isServed
}
