/** Forms of the token operations, with client authentication (RFC 6749 §2.3.1, appendix B). */

/** A registered client. Without them, requests come from the server's built-in first-party client. */
export interface ClientCredentials {
  readonly clientId: string
  /** Never in a browser: everyone who can load the page can read it. */
  readonly clientSecret: string
}

/** Request options for a form. A client with a secret uses HTTP Basic; a public client sends `client_id` in the form. */
export function asForm({ clientId, clientSecret }: Partial<ClientCredentials>) {
  const isConfidential = clientId !== undefined && clientSecret !== undefined
  const clientField = clientId === undefined || isConfidential ? {} : { client_id: clientId }
  const authorization = isConfidential
    ? { Authorization: `Basic ${btoa(`${formEncode(clientId)}:${formEncode(clientSecret)}`)}` }
    : {}
  return {
    headers: { 'Content-Type': 'application/x-www-form-urlencoded', ...authorization },
    bodySerializer: (fields: object = {}) => formOf({ ...clientField, ...fields }),
  }
}

function formOf(fields: object): string {
  const present = Object.entries(fields).filter(([, value]) => value !== undefined)
  return new URLSearchParams(present.map(([name, value]) => [name, String(value)])).toString()
}

const formEncode = (text: string): string => formOf({ '': text }).slice(1)
