// Generated from openapi.yaml by `npm run generate`. Do not edit.

export const contractDigest = '0IRNJ7IHJOQYt-X9dyTCuWKtJDR4ShADFJidYfTGm3c'

export const operationTable = {
  "issueToken": {
    "method": "post",
    "path": "/token",
    "tag": "Tokens",
    "security": [],
    "scopes": [],
    "headers": [],
    "request": [ "application/x-www-form-urlencoded" ],
    "replies": {
      "200": [ "application/json" ],
      "400": [ "application/json" ],
      "401": [ "application/json" ],
      "413": [ "application/json" ],
      "500": [ "application/json" ],
      "503": [ "application/json" ]
    },
    "errors": "OAuthError"
  },
  "readJwks": {
    "method": "get",
    "path": "/.well-known/jwks.json",
    "tag": "Tokens",
    "security": [],
    "scopes": [],
    "headers": [],
    "request": [],
    "replies": {
      "200": [ "application/json" ],
      "400": [ "application/problem+json" ],
      "500": [ "application/problem+json" ]
    },
    "errors": "Problem"
  },
  "readUsersMe": {
    "method": "get",
    "path": "/users/me",
    "tag": "Account",
    "security": [
      {
        "OAuth2": [ "me:read" ]
      }
    ],
    "scopes": [ "me:read" ],
    "headers": [],
    "request": [],
    "replies": {
      "200": [ "application/json" ],
      "400": [ "application/problem+json" ],
      "401": [ "application/problem+json" ],
      "403": [ "application/problem+json" ],
      "500": [ "application/problem+json" ],
      "503": [ "application/problem+json" ]
    },
    "errors": "Problem"
  },
  "readOwnItems": {
    "method": "get",
    "path": "/users/me/items",
    "tag": "Items",
    "security": [
      {
        "OAuth2": [ "items:read" ]
      }
    ],
    "scopes": [ "items:read" ],
    "headers": [],
    "request": [],
    "replies": {
      "200": [ "application/json" ],
      "400": [ "application/problem+json" ],
      "401": [ "application/problem+json" ],
      "403": [ "application/problem+json" ],
      "500": [ "application/problem+json" ],
      "503": [ "application/problem+json" ]
    },
    "errors": "Problem"
  },
  "readLiveness": {
    "method": "get",
    "path": "/healthz",
    "tag": "Meta",
    "security": [],
    "scopes": [],
    "headers": [],
    "request": [],
    "replies": {
      "200": [ "application/json" ],
      "400": [ "application/problem+json" ],
      "500": [ "application/problem+json" ]
    },
    "errors": "Problem"
  },
  "readReadiness": {
    "method": "get",
    "path": "/readyz",
    "tag": "Meta",
    "security": [],
    "scopes": [],
    "headers": [],
    "request": [],
    "replies": {
      "200": [ "application/json" ],
      "400": [ "application/problem+json" ],
      "500": [ "application/problem+json" ],
      "503": [ "application/problem+json" ]
    },
    "errors": "Problem"
  }
} as const
