/** What the domain of an e-mail address must be besides what the pattern of the contract says: no regular expression tells names of the DNS. */
import { isIPv4 } from 'node:net'
import { domainToASCII } from 'node:url'

/** Of the domain in ASCII (RFC 1035 §2.3.4). */
const maxLabelLength = 63
const maxAddressLength = 254

/** Why no mail can be sent to the address, or undefined. Does not repeat the address. */
export function emailFault(email: string): string | undefined {
  const at = email.lastIndexOf('@')
  const domain = domainToASCII(email.slice(at + 1))
  if (!isDomain(domain)) return 'must have a domain that can exist'
  const length = Buffer.byteLength(email.slice(0, at)) + 1 + domain.length
  return length > maxAddressLength ? `must have at most ${maxAddressLength} bytes` : undefined
}

/** Of names, not an address, as which `0x7f.1` is read. */
function isDomain(domain: string): boolean {
  const labels = domain.split('.')
  return labels.length > 1 && labels.every(isLabel) && !isIPv4(domain)
}

function isLabel(label: string): boolean {
  return /^[a-z0-9](?:[a-z0-9-]*[a-z0-9])?$/.test(label) && label.length <= maxLabelLength
}
