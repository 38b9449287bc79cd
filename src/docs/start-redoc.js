// Runs in the browser, at `/redoc`: starts Redoc with the contract of this server, completed for readers.
import { curlSamples } from './curl-samples.js'

/** The URL of the server, which may be below a path. */
const server = new URL('..', import.meta.url).href.replace(/\/$/, '')

const text = await (await fetch(`${server}/openapi.json`)).text()
const contract = JSON.parse(text.replaceAll('http://127.0.0.1:8000', server))
contract.servers = [{ url: server }]

const { flows = {} } = contract.components?.securitySchemes?.OAuth2 ?? {}
const scopes = Object.assign({}, ...Object.values(flows).map((flow) => flow.scopes))
const rows = Object.entries(scopes).map(([scope, permits]) => `| \`${scope}\` | ${permits} |`)
const table = ['| scope | permits |', '|---|---|', ...rows].join('\n')
contract.info.description = (contract.info.description ?? '').replace(
  /^## Scopes\n.*?(?=^## )/ms,
  (section) => `${section}${table}\n\n`,
)

for (const [path, item] of Object.entries(contract.paths)) {
  for (const method of ['get', 'put', 'post', 'patch', 'delete']) {
    const operation = item[method]
    if (!operation) continue
    operation['x-codeSamples'] ??= curlSamples(contract, path, method, operation)
    const required = (operation.security ?? []).flatMap((scheme) => scheme.OAuth2 ?? [])
    if (required.length === 0) continue
    const names = required.map((scope) => `\`${scope}\``).join(', ')
    operation.description = `${operation.description ?? ''}\n\nRequired [scope](#section/Scopes): ${names}.`
  }
}

const options = {
  downloadUrls: ['openapi.yaml', 'openapi.json'].map((name) => ({
    title: name,
    url: `${server}/${name}`,
  })),
  expandResponses: '200,201',
  hideRequestPayloadSample: true,
  hideSchemaPattern: true,
  jsonSamplesExpandLevel: 'all',
  pathInMiddlePanel: true,
  schemasExpansionLevel: 2,
  sortRequiredPropsFirst: true,
  theme: { spacing: { sectionVertical: 24 }, typography: { code: { wrap: true } } },
}
window.Redoc.init(contract, options, document.querySelector('#redoc'))
