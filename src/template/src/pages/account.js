// Runs in the browser, at `/account`, to which the links of mails lead (APP_URL): sets a new password, confirms an address.
const [request, completion, confirmation] = document.querySelectorAll('form')
const code = document.querySelector('#code')
const status = document.querySelector('[role=status]')

/** The proof of a link: `request_id` and `proof`. After a request on this page, the code is typed. */
let known = {}

/** What the links of mails do. */
const actions = {
  reset_password: () => show(completion),
  accept_invitation: () => show(completion),
  confirm_email: () => show(confirmation, 'email-confirmations'),
  restore_email: () => show(confirmation, 'email-restorations'),
}

function show(form, path = 'password-resets/completion') {
  for (const each of document.forms) each.hidden = each !== form
  form.dataset.path = path
  const hasProof = known.proof !== undefined
  code.hidden = hasProof
  completion.elements.proof.disabled = hasProof
}

function openLink() {
  const { action, ...proof } = Object.fromEntries(new URLSearchParams(location.hash.slice(1)))
  if (!Object.hasOwn(actions, action ?? '')) return
  // The proof does not stay in the history of the browser.
  history.replaceState(null, '', location.pathname)
  known = proof
  actions[action]()
}

/** Returns the body of the response; undefined after an error, which is shown. */
async function post(path, body) {
  const response = await fetch(path, {
    method: 'POST',
    headers: { 'Content-Type': 'application/json' },
    body: JSON.stringify(body),
  })
  const text = await response.text()
  const received = text === '' ? {} : JSON.parse(text)
  status.textContent = response.ok ? '' : received.detail
  return response.ok ? received : undefined
}

const fieldsOf = (form) => Object.fromEntries(new FormData(form))

request.addEventListener('submit', async (event) => {
  event.preventDefault()
  const mailed = await post('password-resets', fieldsOf(request))
  if (!mailed) return
  known = { request_id: mailed.request_id }
  show(completion)
  status.textContent = 'If there is such an account, it gets a mail with a link and a code.'
})

for (const form of [completion, confirmation])
  form.addEventListener('submit', async (event) => {
    event.preventDefault()
    if (!(await post(form.dataset.path, { ...known, ...fieldsOf(form) }))) return
    form.hidden = true
    status.textContent = 'Done.'
  })

addEventListener('hashchange', openLink)
openLink()
