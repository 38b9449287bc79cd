// Runs in the browser, at `/mails` of the demo: uses the proof in the link of a mail, as the page of an application does.

/** What each link does, below the URL of the server. */
const paths = {
  reset_password: 'password-resets/completion',
  accept_invitation: 'password-resets/completion',
  confirm_email: 'email-confirmations',
  restore_email: 'email-restorations',
}

const form = document.querySelector('form')
const password = document.querySelector('#password')
const status = document.querySelector('[role=status]')
let used = {}

function open() {
  const { action, ...proof } = Object.fromEntries(new URLSearchParams(location.hash.slice(1)))
  const path = paths[action]
  if (!path) return
  // The proof does not stay in the history of the browser.
  history.replaceState(null, '', location.pathname)
  used = { path, proof }
  const needsPassword = path === paths.reset_password
  password.hidden = !needsPassword
  form.new_password.disabled = !needsPassword
  form.hidden = false
  status.textContent = ''
}

form.addEventListener('submit', async (event) => {
  event.preventDefault()
  const { path, proof } = used
  const response = await fetch(path, {
    method: 'POST',
    headers: { 'Content-Type': 'application/json' },
    body: JSON.stringify({ ...proof, ...Object.fromEntries(new FormData(form)) }),
  })
  form.hidden = response.ok
  status.textContent = response.ok ? 'Done.' : (await response.json()).detail
})

addEventListener('hashchange', open)
open()
