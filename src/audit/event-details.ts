/** Details of audit events that more than one file writes or reads. */

/** Of `user_added` and `user_updated`: the account gets an invitation by mail. */
export const invitedDetail = 'invited'

/** Of `password_changed`. */
export const setByInvitationDetail = 'set by invitation'
