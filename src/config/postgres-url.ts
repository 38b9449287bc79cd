/** Validates a `postgres://` URL: `pg` ignores unknown parameters, so a misspelled sslmode would disable TLS. */

/** The parameters that `pg` supports, with their values if they are enumerable. Timeouts and encodings are set by the store. */
const parameters: Readonly<Record<string, readonly string[] | undefined>> = {
  host: undefined,
  port: undefined,
  user: undefined,
  password: undefined,
  application_name: undefined,
  options: undefined,
  sslmode: ['disable', 'prefer', 'require', 'verify-ca', 'verify-full', 'no-verify'],
  sslrootcert: undefined,
  sslcert: undefined,
  sslkey: undefined,
  sslnegotiation: ['postgres', 'direct'],
  ssl: ['true'],
  uselibpqcompat: ['true'],
}

/** What is wrong with a URL, in words that do not repeat it: it may contain a password. */
export function postgresUrlFault(text: string): string | undefined {
  const url = URL.canParse(text) ? new URL(text) : undefined
  // A `/`, `?` or `#` in a password that is not percent-encoded ends the authority; the rest, with the @, is then in the path.
  if (!url || url.hash || /@/.test(url.pathname + url.search))
    return 'must be a valid URL: percent-encode special characters in the password (/ is %2F, ? is %3F, # is %23, @ is %40, % is %25)'
  for (const [name, value] of url.searchParams) {
    if (!Object.hasOwn(parameters, name))
      return `has the unknown parameter ${name}: use ${Object.keys(parameters).join(', ')}`
    const values = parameters[name]
    if (values && !values.includes(value)) return `has an invalid ${name}: use ${values.join(', ')}`
  }
  return undefined
}
