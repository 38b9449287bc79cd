// Runs in the browser, at `/docs`: starts Swagger UI on this server's contract.
const nothing = () => null

/** The page has its own words above, and there is one server. */
const withoutPreface = {
  wrapComponents: { InfoContainer: () => nothing, ServersContainer: () => nothing },
}

/** Users log in at the top, where every scheme would be shown; clients do so at the operations that are theirs, which show one. */
const loginOfUsers = {
  statePlugins: {
    auth: {
      wrapActions: {
        showDefinitions: (show) => (schemes) =>
          show(schemes.size > 1 ? schemes.filter((scheme) => scheme.has('OAuth2')) : schemes),
      },
    },
  },
}

/** Enter logs in, as it does in a form: the fields of a user are in none. */
document.addEventListener('keydown', ({ key, isComposing, target }) => {
  if (key !== 'Enter' || isComposing || target.form || target.type === 'checkbox') return
  target.closest('.auth-container')?.querySelector('button.authorize')?.click()
})

window.SwaggerUIBundle({
  url: '/openapi.json',
  dom_id: '#swagger-ui',
  deepLinking: true,
  defaultModelsExpandDepth: -1,
  displayRequestDuration: true,
  persistAuthorization: false,
  plugins: [withoutPreface, loginOfUsers],
  // Unset, it shows the contract to a validator on the internet.
  validatorUrl: null,
})
