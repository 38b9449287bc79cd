// Runs in the browser, at `/redoc`: an operation as curl commands, made from the examples of the contract.

/** The variables that the commands of the guide set. */
const variables = { token: '$REFRESH', refresh_token: '$REFRESH' }

/** As `x-codeSamples`: a command for each example of the request body, or one command without a body. */
export function curlSamples(contract, path, method, operation) {
  const resolve = (node) => {
    if (!node.$ref) return node
    const names = node.$ref.slice(2).split('/')
    return resolve(names.reduce((parent, name) => parent[name], contract))
  }

  function urlOf() {
    const common = contract.paths?.[path]?.parameters ?? []
    const parameters = [...common, ...(operation.parameters ?? [])].map(resolve)
    const exampleOf = (template, name) =>
      resolve(parameters.find((parameter) => parameter.name === name)?.schema ?? {})
        .examples?.[0] ?? template
    return contract.servers[0].url + path.replace(/\{(\w+)\}/g, exampleOf)
  }

  const isSecured = (operation.security ?? []).some((scheme) => scheme.OAuth2)
  const credentials = isSecured ? ['-H "Authorization: Bearer $TOKEN"'] : []
  const sample = (label, body) => {
    // curl sends a POST with a body, and a GET without.
    const implied = body.length > 0 ? 'post' : 'get'
    const verb = method === implied ? [] : [`-X ${method.toUpperCase()}`]
    const source = [`curl ${urlOf()}`, ...verb, ...credentials, ...body].join(' \\\n  ')
    return { lang: 'Shell', label, source }
  }

  const { content = {} } = resolve(operation.requestBody ?? {})
  const [[mediaType, { examples }] = ['', {}]] = Object.entries(content)
  const shown = Object.values(examples ?? {}).map(resolve)
  if (shown.length === 0) return [sample('curl', [])]
  const isForm = mediaType === 'application/x-www-form-urlencoded'
  return shown.map(({ summary, value }) =>
    sample(shown.length > 1 ? summary : 'curl', isForm ? form(value) : json(mediaType, value)),
  )
}

function json(mediaType, value) {
  const text = JSON.stringify(value, null, 2).replaceAll('\n', '\n  ')
  return [`-H "Content-Type: ${mediaType}"`, `-d '${text.replaceAll("'", "'\\''")}'`]
}

function form(value) {
  return Object.entries(value).map(([name, text]) =>
    name in variables
      ? `-d ${name}=${variables[name]}`
      : `-d ${new URLSearchParams([[name, text]])}`,
  )
}
