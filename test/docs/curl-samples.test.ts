/** The curl commands of `/redoc` for bodies that openapi.yaml does not have. test/browser/redoc.test.ts runs those that it has. */
import { expect, it } from 'vitest'

const { href } = new URL('../../src/docs/curl-samples.js', import.meta.url)
const { curlSamples } = await import(href)

const requestBody = (mediaType: string) => ({
  content: { [mediaType]: { examples: { one: { value: { title: "Emma's" } } } } },
})

/** The commands for an operation whose body has this media type. */
function sources(body: object, components = {}): string[] {
  const contract = { servers: [{ url: 'http://127.0.0.1:8000' }], components }
  const samples = curlSamples(contract, '/books', 'post', { requestBody: body })
  return samples.map(({ source }: { source: string }) => source)
}

it.each(['application/json', 'application/merge-patch+json', 'application/vnd.book+json'])(
  'a body is JSON of the first media type: %s',
  (mediaType) => {
    expect(sources(requestBody(mediaType))).toEqual([
      `curl http://127.0.0.1:8000/books \\
  -H "Content-Type: ${mediaType}" \\
  -d '{
    "title": "Emma'\\''s"
  }'`,
    ])
  },
)

it('a body is a form', () => {
  expect(sources(requestBody('application/x-www-form-urlencoded'))).toEqual([
    'curl http://127.0.0.1:8000/books \\\n  -d title=Emma%27s',
  ])
})

it('a body may be a component', () => {
  const requestBodies = { Book: requestBody('application/x-www-form-urlencoded') }
  expect(sources({ $ref: '#/components/requestBodies/Book' }, { requestBodies })).toEqual([
    'curl http://127.0.0.1:8000/books \\\n  -d title=Emma%27s',
  ])
})

it.each([
  ['get', ''],
  ['post', ' \\\n  -X POST'],
  ['delete', ' \\\n  -X DELETE'],
])('the method is named unless curl chooses it: %s without a body', (method, verb) => {
  const contract = { servers: [{ url: 'http://127.0.0.1:8000' }] }
  const [sample] = curlSamples(contract, '/books', method, {})
  expect(sample.source).toBe(`curl http://127.0.0.1:8000/books${verb}`)
})
