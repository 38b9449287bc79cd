// Runs in the browser, at `/mails` of the demo: uses the proof in the link of a mail, as the page of an application does.

const newPassword = {
  path: 'password-resets/completion',
  needsPassword: true,
  offer: 'Sets a new password, of at least 15 characters.',
  done: 'The new password is set. Log in with it.',
}

/** What each link does; the paths are below the URL of the server. */
const actions = {
  reset_password: newPassword,
  accept_invitation: newPassword,
  confirm_email: {
    path: 'email-confirmations',
    offer: 'Confirms the e-mail address of the account.',
    done: 'The e-mail address is confirmed.',
  },
  restore_email: {
    path: 'email-restorations',
    offer:
      'Brings the previous e-mail address of the account back, and ends its sessions and its password.',
    done: 'The previous e-mail address is back.',
  },
}

const form = document.querySelector('form')
const password = document.querySelector('#password')
const status = document.querySelector('[role=status]')
let used = {}

function open() {
  const { action: name, ...proof } = Object.fromEntries(new URLSearchParams(location.hash.slice(1)))
  const action = actions[name]
  if (!action) return
  // The proof does not stay in the history of the browser.
  history.replaceState(null, '', location.pathname)
  used = { action, proof }
  password.hidden = !action.needsPassword
  form.new_password.disabled = !action.needsPassword
  form.hidden = false
  status.textContent = action.offer
}

form.addEventListener('submit', async (event) => {
  event.preventDefault()
  const { action, proof } = used
  const response = await fetch(action.path, {
    method: 'POST',
    headers: { 'Content-Type': 'application/json' },
    body: JSON.stringify({ ...proof, ...Object.fromEntries(new FormData(form)) }),
  })
  form.hidden = response.ok
  status.textContent = response.ok ? action.done : (await response.json()).detail
})

addEventListener('hashchange', open)
open()
