/** The parts of the issuer, which is the public URL of the server. */

/** The path of the issuer without a trailing slash; empty if it has none. A proxy may remove it from requests. */
export function basePathOf(issuer: string): string {
  return new URL(issuer).pathname.replace(/\/$/, '')
}

/** RFC 8414 §3.1 and RFC 9728 §3.1 insert the well-known path between the host and the path of the issuer. */
export function metadataUrl(issuer: string, path: `/.well-known/${string}`): string {
  return `${new URL(issuer).origin}${path}${basePathOf(issuer)}`
}
