/** The responses that need no more than a request: 304 and 412 by a condition, 404 by another id, 413 by a large body. */
import { it, type TestContext } from 'vitest'
import { howToProvoke } from './advice.ts'
import type { KitOperation } from './kit-operation.ts'
import type { Plan } from './operation-tests.ts'
import type { Sent } from './tester.ts'
import { report, requireCredentials, unprovoked } from './verdicts.ts'

export function provokedTests<Caller>(operation: KitOperation, plan: Plan<Caller>): void {
  const { parameters, responses, method, bodies } = operation
  const headers = parameters.filter((each) => each.in === 'header').map(({ name }) => name)
  const [ifMatch, ifNoneMatch] = ['if-match', 'if-none-match'].map((wanted) =>
    headers.find((name) => name.toLowerCase() === wanted),
  )
  const { kit } = plan
  // A case of the caller's own comes instead.
  const isOpen = (status: number) =>
    String(status) in responses &&
    !(status in plan.cases) &&
    !plan.elsewhere.includes(String(status))

  if (method === 'get' && isOpen(304) && ifNoneMatch)
    it('304: answers If-None-Match with the current ETag', async (context) => {
      const { response } = await kit.sendExample(operation)
      const { etag } = response.headers
      if (!etag) return unprovoked('the response has no ETag', kit, context)
      const changes = { header: { [ifNoneMatch]: etag } }
      await expectStatus(304, await kit.sendExample(operation, { changes }), context)
    })
  if (isOpen(412) && ifMatch)
    it('412: refuses If-Match with another ETag', async (context) => {
      const changes = { header: { [ifMatch]: '"never"' } }
      await expectStatus(412, await kit.sendExample(operation, { changes }), context)
    })
  if (isOpen(404) && parameters.some((each) => each.in === 'path'))
    it('404: names nothing that exists', async (context) => {
      requireCredentials(operation, kit, context)
      const statuses = new Set<number>()
      for (const request of kit.requests.samples(operation, 20)) {
        const sent = await kit.send(request, { keepsPath: true })
        if (!sent) continue
        const { status } = sent.response
        report(sent, status >= 500 ? [`an unknown id is answered with ${status} and not 404`] : [])
        if (status === 404) return
        statuses.add(status)
      }
      const how = howToProvoke(operation, { status: '404', isWhole: true }, statuses, plan)
      unprovoked(`unknown ids got ${[...statuses].join(', ')} and not 404: ${how}`, kit, context)
    })
  if (bodies.length > 0 && isOpen(413))
    it('413: refuses a body that is too large', async (context) => {
      requireCredentials(operation, kit, context)
      const isMultipart = bodies[0]?.mediaType.startsWith('multipart/')
      for (const kibibytes of [100, 1100, 11_000, ...(isMultipart ? [34_000] : [])]) {
        const sent = await kit.sendExample(operation, { padding: kibibytes * 1024 })
        report(sent)
        if (sent.response.status === 413) return
      }
      unprovoked(`a body of ${isMultipart ? 34 : 11} MB is not too large`, kit, context)
    })
  for (const [status, { content }] of Object.entries(responses)) {
    const types = Object.keys(content)
    if (types.length > 1 && /^2/.test(status))
      it.each(types)(`${status}: is %s for a request that accepts it`, async (type) => {
        const sent = await kit.sendExample(operation, { headers: { accept: type } })
        report(sent)
      })
  }

  function expectStatus(status: number, sent: Sent, context: TestContext): void {
    report(sent)
    if (sent.response.status === status) return
    if (sent.response.status >= 400)
      return unprovoked(`the status is ${sent.response.status}`, kit, context)
    report(sent, [`the status is ${sent.response.status} and not ${status}`])
  }
}
