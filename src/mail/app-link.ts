/** The links of mails: APP_URL, with the proof in the fragment, which browsers send to no server. */

export type LinkAction = 'reset_password' | 'confirm_email' | 'restore_email' | 'accept_invitation'

export interface LinkedProof {
  readonly requestId: string
  /** The proof of 43 characters. */
  readonly proof: string
}

/** Undefined without APP_URL. */
export function appLink(
  { appUrl }: { readonly appUrl: string | undefined },
  action: LinkAction,
  { requestId, proof }: LinkedProof,
): string | undefined {
  if (appUrl === undefined) return undefined
  return `${appUrl}#${new URLSearchParams({ action, request_id: requestId, proof })}`
}
