/** Finds below which path a server serves a contract, before it is tested: 404 for everything would pass some tests. */
import type { KitOperation } from './kit-operation.ts'
import type { AskedResponse } from './options.ts'
import { send } from './send.ts'
import type { Tester } from './tester.ts'
import { wireOf } from './wire.ts'

type Probe = Pick<Tester, 'operations' | 'requests' | 'watch' | 'check'>

/** The first URL below which the server knows one of the operations; undefined if there is none. */
export async function servedUrl(urls: readonly URL[], probe: Probe): Promise<URL | undefined> {
  for (const url of urls) if (await isServed(url, probe)) return url
  return undefined
}

async function isServed(url: URL, { operations, requests, watch, check }: Probe): Promise<boolean> {
  const readersFirst = operations.toSorted(
    (one, other) => Number(other.method === 'get') - Number(one.method === 'get'),
  )
  for (const operation of readersFirst) {
    const [request] = requests.examples(operation)
    if (!request) continue
    // No handler runs for it.
    const watched = watch.headersFor(new Error('the contract tests look for the paths'))
    const wire = wireOf(request, request.values)
    const response = await send(url, { ...wire, headers: { ...wire.headers, ...watched } })
    const isKnown = watch.isHere()
      ? watch.happened(watched).isSeen
      : response.status !== 404 || isDeclared404(operation, response, check)
    if (isKnown) return true
  }
  return operations.length === 0
}

/** Of a thing that does not exist. */
function isDeclared404(
  operation: KitOperation,
  response: AskedResponse,
  check: Probe['check'],
): boolean {
  return '404' in operation.responses && check.faultsOf(operation, response).length === 0
}
