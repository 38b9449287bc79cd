// Runs in the browser, at `/docs`: starts Swagger UI with the contract of this server.
const hidden = () => null

const plugin = {
  // The page has an introduction of its own, and there is one server.
  wrapComponents: { InfoContainer: () => hidden, ServersContainer: () => hidden },
  statePlugins: {
    auth: {
      wrapActions: {
        // The dialog at the top would show all schemes. It shows the login of users; clients authenticate at their operations.
        showDefinitions: (show) => (schemes) =>
          show(schemes.size > 1 ? schemes.filter((scheme) => scheme.has('OAuth2')) : schemes),
      },
      wrapSelectors: {
        // A padlock is closed only after a login: the alternative of no authentication, `{}`, would close it at once.
        isAuthorized: (isAuthorized) => (state, schemes) =>
          isAuthorized(
            state,
            schemes?.filter((scheme) => scheme.size > 0),
          ),
      },
    },
  },
}

/** Enter logs in. The fields of the dialog are not in a form, which would do the same. */
document.addEventListener('keydown', ({ key, isComposing, target }) => {
  if (key !== 'Enter' || isComposing || target.form || target.type === 'checkbox') return
  target.closest('.auth-container')?.querySelector('button.authorize')?.click()
})

/** The URL of the server, which may be below a path. */
const server = new URL('..', import.meta.url).href.replace(/\/$/, '')

const text = await (await fetch(`${server}/openapi.json`)).text()
window.SwaggerUIBundle({
  spec: JSON.parse(text.replaceAll('http://127.0.0.1:8000', server)),
  dom_id: '#swagger-ui',
  deepLinking: true,
  defaultModelsExpandDepth: -1,
  displayRequestDuration: true,
  persistAuthorization: false,
  plugins: [plugin],
  // The default sends the contract to a validator on the internet.
  validatorUrl: null,
})
