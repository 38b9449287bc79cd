/** What a `postgres://` URL may hold: `pg` ignores in silence what it does not know, and a misspelt sslmode is no TLS. */

/** Those that `pg` heeds, with the values that it knows where they are few. Times and encodings are the store's own. */
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

/** What is wrong with it, without a value of it: it may hold a password. */
export function postgresUrlFault(text: string): string | undefined {
  const url = URL.canParse(text) ? new URL(text) : undefined
  // Behind a `/`, `?` or `#` that is not encoded there is the rest of a password, and the @ that ends it.
  if (!url || url.hash || /@/.test(url.pathname + url.search))
    return 'must be a URL that can be read: in a password, / is %2F, ? is %3F, # is %23, @ is %40 and % is %25'
  for (const [name, value] of url.searchParams) {
    if (!Object.hasOwn(parameters, name))
      return `has a parameter ${name}, which is not known: it may have ${Object.keys(parameters).join(', ')}`
    const known = parameters[name]
    if (known && !known.includes(value)) return `has a ${name} that is not ${known.join(', ')}`
  }
  return undefined
}
