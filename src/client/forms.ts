/** Forms of the token operations, and how a client names and proves itself with them (RFC 6749 §2.3.1, appendix B). */

/** What the server knows this client by. Without it, it is the server's own first-party client. */
export interface ClientCredentials {
  readonly clientId: string
  /** Never in a browser: whoever reads the page reads it. */
  readonly clientSecret: string
}

/** What makes a call a form of this client. Only a client with a secret uses HTTP Basic; another has its id in the form. */
export function asForm({ clientId, clientSecret }: Partial<ClientCredentials>) {
  const byBasic = clientId !== undefined && clientSecret !== undefined
  const own = clientId === undefined || byBasic ? {} : { client_id: clientId }
  const authorization = byBasic
    ? { Authorization: `Basic ${btoa(`${formEncoded(clientId)}:${formEncoded(clientSecret)}`)}` }
    : {}
  return {
    headers: { 'Content-Type': 'application/x-www-form-urlencoded', ...authorization },
    bodySerializer: (fields: object = {}) => formOf({ ...own, ...fields }),
  }
}

function formOf(fields: object): string {
  const present = Object.entries(fields).filter(([, value]) => value !== undefined)
  return new URLSearchParams(present.map(([name, value]) => [name, String(value)])).toString()
}

const formEncoded = (text: string): string => formOf({ '': text }).slice(1)
