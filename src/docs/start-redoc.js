// Runs in the browser, at `/redoc`: starts Redoc on this server's contract, with every scope where it is looked for.
const contract = await (await fetch('/openapi.json')).json()

const { scopes } = contract.components.securitySchemes.OAuth2.flows.password
const rows = Object.entries(scopes).map(([scope, opens]) => `| \`${scope}\` | ${opens} |`)
const table = ['| scope | what it opens |', '|---|---|', ...rows].join('\n')
contract.info.description = contract.info.description.replace('<!-- scopes -->', table)

for (const operation of Object.values(contract.paths).flatMap(Object.values)) {
  const required = (operation.security ?? []).flatMap((scheme) => scheme.OAuth2 ?? [])
  if (required.length === 0) continue
  const names = required.map((scope) => `\`${scope}\``).join(', ')
  operation.description += `\n\nThe token needs the [scope](#section/Scopes) ${names}.`
}

const options = {
  downloadUrls: ['openapi.yaml', 'openapi.json'].map((name) => ({ title: name, url: `/${name}` })),
  expandResponses: '200,201',
  hideSchemaPattern: true,
  jsonSamplesExpandLevel: 'all',
  schemasExpansionLevel: 2,
  sortRequiredPropsFirst: true,
  theme: { spacing: { sectionVertical: 24 }, typography: { code: { wrap: true } } },
}
window.Redoc.init(contract, options, document.querySelector('#redoc'))
