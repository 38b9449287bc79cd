/** Forms of the token operations, with client authentication (RFC 6749 §2.3.1, appendix B). */

/** A registered client. Without them, requests come from the server's built-in first-party client. */
export interface ClientCredentials {
  readonly clientId: string
  /** Never in a browser or an app: everyone who has the page or the app can read it. */
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

/** Without URLSearchParams: React Native's may take no pairs, and encode nothing. */
function formOf(fields: object): string {
  const present = Object.entries(fields).filter(([, value]) => value !== undefined)
  return present.map(([name, value]) => `${name}=${formEncode(String(value))}`).join('&')
}

/** A lone surrogate, which has no encoding, becomes U+FFFD. */
const formEncode = (text: string): string =>
  encodeURIComponent(text.replace(/[\ud800-\udfff]/gu, '\ufffd')).replace(/%20/g, '+')
