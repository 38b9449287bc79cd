// Runs in the browser, at `/docs`: starts Swagger UI on this server's contract.
const nothing = () => null

/** The page has its own words above, and there is one server. */
const withoutPreface = {
  wrapComponents: { InfoContainer: () => nothing, ServersContainer: () => nothing },
}

/** Users log in at the top; clients do so at the operations that are theirs. */
const loginOfUsers = {
  statePlugins: {
    auth: {
      wrapSelectors: {
        definitionsToAuthorize: (original) => (state, props) =>
          original(state, props).filter((scheme) => scheme.has('OAuth2')),
      },
    },
  },
}

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
