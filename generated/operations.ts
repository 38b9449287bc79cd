// Generated from openapi.yaml by `npm run generate`. Do not edit.

export const contractDigest = 'cRux6aczc2HaS-wEvZmDVRqocgk9-TXeeRoiAUa4zu0'

export const operationTable = {
  "issueToken": {
    "method": "post",
    "path": "/token",
    "tag": "Tokens",
    "security": [],
    "scopes": [],
    "queries": [],
    "headers": [],
    "request": [ "application/x-www-form-urlencoded" ],
    "replies": {
      "200": [ "application/json" ],
      "400": [ "application/json" ],
      "401": [ "application/json" ],
      "413": [ "application/json" ],
      "429": [ "application/json" ],
      "500": [ "application/json" ],
      "503": [ "application/json" ]
    },
    "errors": "OAuthError"
  },
  "revokeToken": {
    "method": "post",
    "path": "/revoke",
    "tag": "Tokens",
    "security": [
      {
        "clientBasic": []
      },
      {}
    ],
    "scopes": [],
    "queries": [],
    "headers": [],
    "request": [ "application/x-www-form-urlencoded" ],
    "replies": {
      "200": [],
      "400": [ "application/json" ],
      "401": [ "application/json" ],
      "413": [ "application/json" ],
      "500": [ "application/json" ],
      "503": [ "application/json" ]
    },
    "errors": "OAuthError"
  },
  "introspectToken": {
    "method": "post",
    "path": "/introspect",
    "tag": "Tokens",
    "security": [
      {
        "clientBasic": []
      },
      {}
    ],
    "scopes": [],
    "queries": [],
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
  "readServerMetadata": {
    "method": "get",
    "path": "/.well-known/oauth-authorization-server",
    "tag": "Tokens",
    "security": [],
    "scopes": [],
    "queries": [],
    "headers": [],
    "request": [],
    "replies": {
      "200": [ "application/json" ],
      "400": [ "application/problem+json" ],
      "500": [ "application/problem+json" ]
    },
    "errors": "Problem"
  },
  "readResourceMetadata": {
    "method": "get",
    "path": "/.well-known/oauth-protected-resource",
    "tag": "Tokens",
    "security": [],
    "scopes": [],
    "queries": [],
    "headers": [],
    "request": [],
    "replies": {
      "200": [ "application/json" ],
      "400": [ "application/problem+json" ],
      "500": [ "application/problem+json" ]
    },
    "errors": "Problem"
  },
  "readJwks": {
    "method": "get",
    "path": "/.well-known/jwks.json",
    "tag": "Tokens",
    "security": [],
    "scopes": [],
    "queries": [],
    "headers": [],
    "request": [],
    "replies": {
      "200": [ "application/json" ],
      "400": [ "application/problem+json" ],
      "500": [ "application/problem+json" ],
      "503": [ "application/problem+json" ]
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
    "queries": [],
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
    "queries": [],
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
    "queries": [],
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
    "queries": [],
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
