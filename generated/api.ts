// Generated from openapi.yaml by `npm run generate`. Do not edit.

export interface paths {
    "/token": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * Issue a token
         * @description The password grant (RFC 6749 §4.3) and the refresh grant (§6). The account must be enabled, and the client be allowed the grant. Each password grant begins a session; a refresh continues it.
         */
        post: operations["issueToken"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/revoke": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * Revoke a token
         * @description Makes a token worthless, at once and everywhere (RFC 7009). A refresh token takes its whole session with it, and all the access tokens of that. A token that is unknown or worthless already is answered in the same way.
         */
        post: operations["revokeToken"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/introspect": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * Introspect a token
         * @description Tells a service what a token that it was shown is worth right now (RFC 7662). The service is a confidential client with the permission to introspect.
         */
        post: operations["introspectToken"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/.well-known/oauth-authorization-server": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * Read the server's metadata
         * @description What an OAuth2 client has to know to use this server (RFC 8414).
         */
        get: operations["readServerMetadata"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/.well-known/oauth-protected-resource": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * Read the resource's metadata
         * @description Which server issues the tokens that this API accepts, and how to present them (RFC 9728).
         */
        get: operations["readResourceMetadata"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/.well-known/jwks.json": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * Read the keys
         * @description The public keys that verify access tokens (RFC 7517). Keep them for as long as `Cache-Control` allows, and read them anew when a token names a `kid` that you do not know. Empty where tokens are signed with HS256.
         */
        get: operations["readJwks"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/users/me": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * Read your account
         * @description The account that the token was issued to.
         */
        get: operations["readUsersMe"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/users/me/items": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * List your items
         * @description The items that the account owns, the oldest first.
         */
        get: operations["readOwnItems"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/healthz": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * Check for life
         * @description Answers as long as the process does. Touches nothing else.
         */
        get: operations["readLiveness"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/readyz": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * Check for readiness
         * @description Answers 200 while the server should be sent requests, that is while its store answers and it is not shutting down.
         */
        get: operations["readReadiness"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
}
export type webhooks = Record<string, never>;
export interface components {
    schemas: {
        /** @description A token request (RFC 6749 §4.3.2). */
        TokenRequest: {
            /**
             * @description The grant. May be left out, as the tutorial's form allows; it is then `password`.
             * @example password
             */
            grant_type?: string;
            username?: components["schemas"]["Username"];
            password?: components["schemas"]["Password"];
            refresh_token?: components["schemas"]["Token"];
            /**
             * @description The scopes asked for, separated by spaces. Without it, every scope that both the account and the client hold; in a refresh, those of the session.
             * @example me:read items:read
             */
            scope?: string;
            client_id?: components["schemas"]["ClientId"];
            client_secret?: components["schemas"]["ClientSecret"];
        };
        /** @description A revocation request (RFC 7009 §2.1). */
        RevocationRequest: {
            token: components["schemas"]["Token"];
            token_type_hint?: components["schemas"]["TokenTypeHint"];
            client_id?: components["schemas"]["ClientId"];
            client_secret?: components["schemas"]["ClientSecret"];
        };
        /** @description An introspection request (RFC 7662 §2.1). */
        IntrospectionRequest: {
            token: components["schemas"]["Token"];
            token_type_hint?: components["schemas"]["TokenTypeHint"];
            client_id?: components["schemas"]["ClientId"];
            client_secret?: components["schemas"]["ClientSecret"];
        };
        /**
         * @description A token of either kind, as it was issued.
         * @example c2Vzc2lvbg.dG9rZW4
         */
        Token: string;
        /**
         * @description What the token is thought to be. Not relied on.
         * @example refresh_token
         */
        TokenTypeHint: string;
        /**
         * @description The client, where it does not use HTTP Basic.
         * @example demo-service
         */
        ClientId: string;
        /**
         * @description The secret of a confidential client, where it does not use HTTP Basic.
         * @example demo-service-secret
         */
        ClientSecret: string;
        /**
         * @description The name of an account.
         * @example johndoe
         */
        Username: string;
        /**
         * @description A password, of at most 1,024 bytes in UTF-8.
         * @example secret123
         */
        Password: string;
        /** @description An access token (RFC 6749 §5.1). */
        TokenResponse: {
            /**
             * @description The token, a signed JWT (RFC 9068) that is opaque to the client.
             * @example eyJhbGciOiJSUzI1NiIsInR5cCI6ImF0K2p3dCJ9.eyJzdWIiOiJ1XzEifQ.c2lnbmF0dXJl
             */
            access_token: string;
            /**
             * @description How to use it.
             * @example bearer
             * @enum {string}
             */
            token_type: "bearer";
            /**
             * Format: int32
             * @description How long it lasts, in seconds.
             * @example 1800
             */
            expires_in: number;
            /**
             * @description What it opens, separated by spaces. Empty where the account holds no scope at all.
             * @example me:read items:read
             */
            scope: string;
            /**
             * @description Buys the next access token, once. Absent where the client is not allowed the refresh grant.
             * @example c2Vzc2lvbg.dG9rZW4
             */
            refresh_token?: string;
        };
        /** @description What a token is worth (RFC 7662 §2.2). All but `active` is there only for one that is worth something. */
        Introspection: {
            /**
             * @description Whether the token is worth anything.
             * @example true
             */
            active: boolean;
            /**
             * @description What it opens.
             * @example me:read items:read
             */
            scope?: string;
            /**
             * @description The client it was issued to.
             * @example tessera
             */
            client_id?: string;
            /**
             * @description Whose it is.
             * @example johndoe
             */
            username?: string;
            /**
             * @description How it is used.
             * @example bearer
             * @enum {string}
             */
            token_type?: "bearer";
            exp?: components["schemas"]["Seconds"];
            iat?: components["schemas"]["Seconds"];
            /**
             * @description The id of the account.
             * @example u_4qYvjF3xT1aPzJc0
             */
            sub?: string;
            /**
             * @description Whom it is for.
             * @example http://127.0.0.1:8000
             */
            aud?: string;
            /**
             * @description Who issued it.
             * @example http://127.0.0.1:8000
             */
            iss?: string;
            /**
             * @description The id of the token.
             * @example t_9RQwdrWTL9ccRUmLAL93AA
             */
            jti?: string;
            /**
             * @description The id of its session.
             * @example s__tJ9Ikd1a3amAnDqu4ORgw
             */
            sid?: string;
        };
        /**
         * Format: int64
         * @description A moment, in seconds since 1970 (RFC 7519 §2).
         * @example 1767323045
         */
        Seconds: number;
        /** @description Authorization server metadata (RFC 8414 §2). */
        ServerMetadata: {
            issuer: components["schemas"]["Url"];
            token_endpoint: components["schemas"]["Url"];
            revocation_endpoint: components["schemas"]["Url"];
            introspection_endpoint: components["schemas"]["Url"];
            jwks_uri: components["schemas"]["Url"];
            scopes_supported: components["schemas"]["Names"];
            response_types_supported: components["schemas"]["Names"];
            grant_types_supported: components["schemas"]["Names"];
            token_endpoint_auth_methods_supported: components["schemas"]["Names"];
            revocation_endpoint_auth_methods_supported: components["schemas"]["Names"];
            introspection_endpoint_auth_methods_supported: components["schemas"]["Names"];
            service_documentation: components["schemas"]["Url"];
        };
        /** @description Protected resource metadata (RFC 9728 §2). */
        ResourceMetadata: {
            resource: components["schemas"]["Url"];
            authorization_servers: components["schemas"]["Names"];
            scopes_supported: components["schemas"]["Names"];
            bearer_methods_supported: components["schemas"]["Names"];
            resource_documentation: components["schemas"]["Url"];
        };
        /**
         * Format: uri
         * @description An absolute URL.
         * @example http://127.0.0.1:8000/token
         */
        Url: string;
        /** @description A list of names, each defined by the RFC of its member. */
        Names: string[];
        /** @description A JWK set (RFC 7517 §5). */
        Jwks: {
            /** @description The public keys. */
            keys: components["schemas"]["Jwk"][];
        };
        /** @description A public key (RFC 7517 §4). Which of the last five members it has depends on `kty`. */
        Jwk: {
            /**
             * @description The key type.
             * @example RSA
             * @enum {string}
             */
            kty: "RSA" | "EC" | "OKP";
            /**
             * @description The key id, as in the header of the tokens that it signed.
             * @example vLc0pTTr7QmPxwjyZJGxYYWk0SMmGuZAcWQOvHqn4Fs
             */
            kid: string;
            /**
             * @description The algorithm it signs with.
             * @example RS256
             * @enum {string}
             */
            alg: "RS256" | "ES256" | "EdDSA";
            /**
             * @description What it is for.
             * @example sig
             * @enum {string}
             */
            use: "sig";
            /**
             * @description The RSA modulus.
             * @example sXchTr1
             */
            n?: string;
            /**
             * @description The RSA exponent.
             * @example AQAB
             */
            e?: string;
            /**
             * @description The curve.
             * @example P-256
             * @enum {string}
             */
            crv?: "P-256" | "Ed25519";
            /**
             * @description The point's first coordinate.
             * @example f83OJ3D2
             */
            x?: string;
            /**
             * @description The point's second coordinate.
             * @example x_FEzRu9
             */
            y?: string;
        };
        /** @description An account. */
        User: {
            /**
             * @description The account's id, the `sub` of its tokens. Never changes and is never used again.
             * @example u_4qYvjF3xT1aPzJc0
             */
            user_id: string;
            username: components["schemas"]["Username"];
            /**
             * Format: email
             * @description Where to write to.
             * @example johndoe@example.com
             */
            email?: string;
            /**
             * @description How to address the person.
             * @example John Doe
             */
            full_name?: string;
            /**
             * @description Whether the account is closed to its owner.
             * @example false
             */
            disabled: boolean;
            /** @description The scopes that the account holds. */
            scopes: string[];
            created_at: components["schemas"]["Timestamp"];
        };
        /** @description A list of items. */
        Items: components["schemas"]["Item"][];
        /** @description Something that an account owns. */
        Item: {
            /**
             * @description The item's id, unique among those of its owner.
             * @example Foo
             */
            item_id: string;
            owner: components["schemas"]["Username"];
            created_at: components["schemas"]["Timestamp"];
        };
        /** @description The state of the server. */
        Health: {
            /**
             * @description The state in a word.
             * @example ready
             * @enum {string}
             */
            status: "alive" | "ready";
        };
        /**
         * Format: date-time
         * @description A moment, in UTC, to the millisecond.
         * @example 2026-01-02T03:04:05.678Z
         */
        Timestamp: string;
        /** @description A refused token request (RFC 6749 §5.2). */
        OAuthError: {
            /**
             * @description What is wrong, for programs.
             * @example invalid_grant
             * @enum {string}
             */
            error: "invalid_request" | "invalid_client" | "invalid_grant" | "unauthorized_client" | "unsupported_grant_type" | "invalid_scope" | "server_error" | "temporarily_unavailable";
            /**
             * @description What is wrong, for people.
             * @example Incorrect username or password
             */
            error_description: string;
        };
        /** @description An error (RFC 9457). */
        Problem: {
            /**
             * Format: uri-reference
             * @description Always `about:blank`; `code` tells the problems apart.
             * @example about:blank
             */
            type: string;
            /**
             * @description The status, in words.
             * @example Unauthorized
             */
            title: string;
            /**
             * Format: int32
             * @description The status of the answer.
             * @example 401
             */
            status: number;
            /**
             * @description What is wrong, for programs. Stable.
             * @example invalid_token
             */
            code: string;
            /**
             * @description What is wrong, for people.
             * @example Could not validate credentials
             */
            detail: string;
            /** @description Each fault of an invalid request. */
            errors?: components["schemas"]["Fault"][];
        };
        /** @description One fault of an invalid request. */
        Fault: {
            /**
             * @description The part of the request.
             * @example body
             * @enum {string}
             */
            in: "body" | "path" | "query" | "header" | "cookie";
            /**
             * @description The place in that part, a JSON pointer (RFC 6901).
             * @example /username
             */
            pointer: string;
            /**
             * @description What is wrong there.
             * @example is required
             */
            detail: string;
        };
    };
    responses: {
        /** @description `invalid_request`: the form is malformed, lacks a field, or repeats one. `unsupported_grant_type`: another grant than those above. `unauthorized_client`: the client is not allowed the grant. `invalid_scope`: a scope that is malformed, unknown, or not held by the account, the client, or the session. `invalid_grant`: the account is disabled, or the refresh token is unknown, expired, revoked, another client's, or used before. */
        TokenRequestRefused: {
            headers: {
                "Cache-Control": components["headers"]["NoStore"];
                Pragma: components["headers"]["NoCache"];
                [name: string]: unknown;
            };
            content: {
                "application/json": components["schemas"]["OAuthError"];
            };
        };
        /** @description `invalid_grant`: the username or the password is wrong; which of them is not said. `invalid_client`: the client is unknown or its secret is wrong. (With the setting `INVALID_GRANT_STATUS=400`, `invalid_grant` is answered as 400, without a challenge.) */
        CredentialsRefused: {
            headers: {
                "Cache-Control": components["headers"]["NoStore"];
                Pragma: components["headers"]["NoCache"];
                "WWW-Authenticate": components["headers"]["CredentialsChallenge"];
                [name: string]: unknown;
            };
            content: {
                "application/json": components["schemas"]["OAuthError"];
            };
        };
        /** @description `invalid_request`: the form is malformed, or lacks the token. `unauthorized_client`: the token is another client's; it is left as it was. */
        RevocationRefused: {
            headers: {
                "Cache-Control": components["headers"]["NoStore"];
                Pragma: components["headers"]["NoCache"];
                [name: string]: unknown;
            };
            content: {
                "application/json": components["schemas"]["OAuthError"];
            };
        };
        /** @description `invalid_request`: the form is malformed, or lacks the token. `unauthorized_client`: the client lacks the permission to introspect. */
        IntrospectionRefused: {
            headers: {
                "Cache-Control": components["headers"]["NoStore"];
                Pragma: components["headers"]["NoCache"];
                [name: string]: unknown;
            };
            content: {
                "application/json": components["schemas"]["OAuthError"];
            };
        };
        /** @description `invalid_client`: the client is unknown, or its secret is wrong or missing. */
        ClientRefused: {
            headers: {
                "Cache-Control": components["headers"]["NoStore"];
                Pragma: components["headers"]["NoCache"];
                "WWW-Authenticate": components["headers"]["ClientChallenge"];
                [name: string]: unknown;
            };
            content: {
                "application/json": components["schemas"]["OAuthError"];
            };
        };
        /** @description `temporarily_unavailable`: too many wrong passwords, for this name or from this address. The right one is refused too until `Retry-After` has passed. */
        TooManyLogins: {
            headers: {
                "Cache-Control": components["headers"]["NoStore"];
                Pragma: components["headers"]["NoCache"];
                "Retry-After": components["headers"]["RetryAfter"];
                [name: string]: unknown;
            };
            content: {
                "application/json": components["schemas"]["OAuthError"];
            };
        };
        /** @description `invalid_request`: the form is larger than 8 KiB. */
        TokenRequestTooLarge: {
            headers: {
                "Cache-Control": components["headers"]["NoStore"];
                Pragma: components["headers"]["NoCache"];
                [name: string]: unknown;
            };
            content: {
                "application/json": components["schemas"]["OAuthError"];
            };
        };
        /** @description `server_error`: something broke. It was logged. */
        TokenServerError: {
            headers: {
                "Cache-Control": components["headers"]["NoStore"];
                Pragma: components["headers"]["NoCache"];
                [name: string]: unknown;
            };
            content: {
                "application/json": components["schemas"]["OAuthError"];
            };
        };
        /** @description `temporarily_unavailable`: too many logins are waiting, or the store does not answer. */
        TokenUnavailable: {
            headers: {
                "Cache-Control": components["headers"]["NoStore"];
                Pragma: components["headers"]["NoCache"];
                "Retry-After": components["headers"]["RetryAfter"];
                [name: string]: unknown;
            };
            content: {
                "application/json": components["schemas"]["OAuthError"];
            };
        };
        /** @description The request has a parameter that is unknown, repeated, or malformed. */
        InvalidRequest: {
            headers: {
                "Cache-Control": components["headers"]["NoStore"];
                [name: string]: unknown;
            };
            content: {
                "application/problem+json": components["schemas"]["Problem"];
            };
        };
        /** @description The request has a parameter that is unknown, repeated, or malformed; its `Authorization` header is malformed; or the account has been disabled since the token was issued. */
        InvalidCall: {
            headers: {
                "Cache-Control": components["headers"]["NoStore"];
                "WWW-Authenticate": components["headers"]["MalformedBearerChallenge"];
                [name: string]: unknown;
            };
            content: {
                "application/problem+json": components["schemas"]["Problem"];
            };
        };
        /** @description There is no token, or it is malformed, expired, revoked, not ours, or of an account that is gone. */
        Unauthorized: {
            headers: {
                "Cache-Control": components["headers"]["NoStore"];
                "WWW-Authenticate": components["headers"]["BearerChallenge"];
                [name: string]: unknown;
            };
            content: {
                "application/problem+json": components["schemas"]["Problem"];
            };
        };
        /** @description The token is good, but lacks a scope that this operation requires. */
        Forbidden: {
            headers: {
                "Cache-Control": components["headers"]["NoStore"];
                "WWW-Authenticate": components["headers"]["BearerChallenge"];
                [name: string]: unknown;
            };
            content: {
                "application/problem+json": components["schemas"]["Problem"];
            };
        };
        /** @description Something broke. It was logged. */
        ServerError: {
            headers: {
                "Cache-Control": components["headers"]["NoStore"];
                [name: string]: unknown;
            };
            content: {
                "application/problem+json": components["schemas"]["Problem"];
            };
        };
        /** @description The store does not answer, or the server is shutting down. */
        Unavailable: {
            headers: {
                "Cache-Control": components["headers"]["NoStore"];
                "Retry-After": components["headers"]["RetryAfter"];
                [name: string]: unknown;
            };
            content: {
                "application/problem+json": components["schemas"]["Problem"];
            };
        };
    };
    parameters: never;
    requestBodies: never;
    headers: {
        /**
         * @description The answer is nobody else's business.
         * @example no-store
         */
        NoStore: "no-store";
        /**
         * @description The same, for caches of before HTTP/1.1 (RFC 6749 §5.1).
         * @example no-cache
         */
        NoCache: "no-cache";
        /**
         * @description Keep the answer for five minutes.
         * @example public, max-age=300
         */
        Cacheable: "public, max-age=300";
        /**
         * @description What the request lacked (RFC 6750 §3). `resource_metadata` leads to the metadata of this API (RFC 9728 §5.1). `error` is `invalid_token` or `insufficient_scope`, or absent when there was no token at all; `scope` names what is required.
         * @example Bearer resource_metadata="http://127.0.0.1:8000/.well-known/oauth-protected-resource", error="invalid_token"
         */
        BearerChallenge: string;
        /**
         * @description Present where the `Authorization` header was malformed (`error="invalid_request"`, RFC 6750 §3.1).
         * @example Bearer error="invalid_request"
         */
        MalformedBearerChallenge: string;
        /**
         * @description `Bearer` where the username or the password was refused, as the tutorial answers; `Basic realm="tessera"` where the client was (RFC 6749 §5.2).
         * @example Bearer
         */
        CredentialsChallenge: string;
        /**
         * @description How the client has to authenticate (RFC 6749 §5.2).
         * @example Basic realm="tessera"
         */
        ClientChallenge: "Basic realm=\"tessera\"";
        /**
         * @description After how many seconds to try again.
         * @example 1
         */
        RetryAfter: number;
    };
    pathItems: never;
}
export type TokenRequest = components['schemas']['TokenRequest'];
export type RevocationRequest = components['schemas']['RevocationRequest'];
export type IntrospectionRequest = components['schemas']['IntrospectionRequest'];
export type Token = components['schemas']['Token'];
export type TokenTypeHint = components['schemas']['TokenTypeHint'];
export type ClientId = components['schemas']['ClientId'];
export type ClientSecret = components['schemas']['ClientSecret'];
export type Username = components['schemas']['Username'];
export type Password = components['schemas']['Password'];
export type TokenResponse = components['schemas']['TokenResponse'];
export type Introspection = components['schemas']['Introspection'];
export type Seconds = components['schemas']['Seconds'];
export type ServerMetadata = components['schemas']['ServerMetadata'];
export type ResourceMetadata = components['schemas']['ResourceMetadata'];
export type Url = components['schemas']['Url'];
export type Names = components['schemas']['Names'];
export type Jwks = components['schemas']['Jwks'];
export type Jwk = components['schemas']['Jwk'];
export type User = components['schemas']['User'];
export type Items = components['schemas']['Items'];
export type Item = components['schemas']['Item'];
export type Health = components['schemas']['Health'];
export type Timestamp = components['schemas']['Timestamp'];
export type OAuthError = components['schemas']['OAuthError'];
export type Problem = components['schemas']['Problem'];
export type Fault = components['schemas']['Fault'];
export type ResponseTokenRequestRefused = components['responses']['TokenRequestRefused'];
export type ResponseCredentialsRefused = components['responses']['CredentialsRefused'];
export type ResponseRevocationRefused = components['responses']['RevocationRefused'];
export type ResponseIntrospectionRefused = components['responses']['IntrospectionRefused'];
export type ResponseClientRefused = components['responses']['ClientRefused'];
export type ResponseTooManyLogins = components['responses']['TooManyLogins'];
export type ResponseTokenRequestTooLarge = components['responses']['TokenRequestTooLarge'];
export type ResponseTokenServerError = components['responses']['TokenServerError'];
export type ResponseTokenUnavailable = components['responses']['TokenUnavailable'];
export type ResponseInvalidRequest = components['responses']['InvalidRequest'];
export type ResponseInvalidCall = components['responses']['InvalidCall'];
export type ResponseUnauthorized = components['responses']['Unauthorized'];
export type ResponseForbidden = components['responses']['Forbidden'];
export type ResponseServerError = components['responses']['ServerError'];
export type ResponseUnavailable = components['responses']['Unavailable'];
export type HeaderNoStore = components['headers']['NoStore'];
export type HeaderNoCache = components['headers']['NoCache'];
export type HeaderCacheable = components['headers']['Cacheable'];
export type HeaderBearerChallenge = components['headers']['BearerChallenge'];
export type HeaderMalformedBearerChallenge = components['headers']['MalformedBearerChallenge'];
export type HeaderCredentialsChallenge = components['headers']['CredentialsChallenge'];
export type HeaderClientChallenge = components['headers']['ClientChallenge'];
export type HeaderRetryAfter = components['headers']['RetryAfter'];
export type $defs = Record<string, never>;
export interface operations {
    issueToken: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** @description The grant, as a form. Empty values count as omitted, unknown fields are ignored. */
        requestBody: {
            content: {
                "application/x-www-form-urlencoded": components["schemas"]["TokenRequest"];
            };
        };
        responses: {
            /** @description The token. */
            200: {
                headers: {
                    "Cache-Control": components["headers"]["NoStore"];
                    Pragma: components["headers"]["NoCache"];
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["TokenResponse"];
                };
            };
            400: components["responses"]["TokenRequestRefused"];
            401: components["responses"]["CredentialsRefused"];
            413: components["responses"]["TokenRequestTooLarge"];
            429: components["responses"]["TooManyLogins"];
            500: components["responses"]["TokenServerError"];
            503: components["responses"]["TokenUnavailable"];
        };
    };
    revokeToken: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** @description The token, as a form. */
        requestBody: {
            content: {
                "application/x-www-form-urlencoded": components["schemas"]["RevocationRequest"];
            };
        };
        responses: {
            /** @description The token is worth nothing, whatever it was before. */
            200: {
                headers: {
                    "Cache-Control": components["headers"]["NoStore"];
                    [name: string]: unknown;
                };
                content?: never;
            };
            400: components["responses"]["RevocationRefused"];
            401: components["responses"]["ClientRefused"];
            413: components["responses"]["TokenRequestTooLarge"];
            500: components["responses"]["TokenServerError"];
            503: components["responses"]["TokenUnavailable"];
        };
    };
    introspectToken: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** @description The token, as a form. */
        requestBody: {
            content: {
                "application/x-www-form-urlencoded": components["schemas"]["IntrospectionRequest"];
            };
        };
        responses: {
            /** @description What the token is worth. Of one that is worth nothing, no more than that. */
            200: {
                headers: {
                    "Cache-Control": components["headers"]["NoStore"];
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Introspection"];
                };
            };
            400: components["responses"]["IntrospectionRefused"];
            401: components["responses"]["ClientRefused"];
            413: components["responses"]["TokenRequestTooLarge"];
            500: components["responses"]["TokenServerError"];
            503: components["responses"]["TokenUnavailable"];
        };
    };
    readServerMetadata: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description The metadata. */
            200: {
                headers: {
                    "Cache-Control": components["headers"]["Cacheable"];
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["ServerMetadata"];
                };
            };
            400: components["responses"]["InvalidRequest"];
            500: components["responses"]["ServerError"];
        };
    };
    readResourceMetadata: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description The metadata. */
            200: {
                headers: {
                    "Cache-Control": components["headers"]["Cacheable"];
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["ResourceMetadata"];
                };
            };
            400: components["responses"]["InvalidRequest"];
            500: components["responses"]["ServerError"];
        };
    };
    readJwks: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description The keys, the newest first. */
            200: {
                headers: {
                    "Cache-Control": components["headers"]["Cacheable"];
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Jwks"];
                };
            };
            400: components["responses"]["InvalidRequest"];
            500: components["responses"]["ServerError"];
            503: components["responses"]["Unavailable"];
        };
    };
    readUsersMe: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description The account. */
            200: {
                headers: {
                    "Cache-Control": components["headers"]["NoStore"];
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["User"];
                };
            };
            400: components["responses"]["InvalidCall"];
            401: components["responses"]["Unauthorized"];
            403: components["responses"]["Forbidden"];
            500: components["responses"]["ServerError"];
            503: components["responses"]["Unavailable"];
        };
    };
    readOwnItems: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description The items, at most 100. */
            200: {
                headers: {
                    "Cache-Control": components["headers"]["NoStore"];
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Items"];
                };
            };
            400: components["responses"]["InvalidCall"];
            401: components["responses"]["Unauthorized"];
            403: components["responses"]["Forbidden"];
            500: components["responses"]["ServerError"];
            503: components["responses"]["Unavailable"];
        };
    };
    readLiveness: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description The process is alive. */
            200: {
                headers: {
                    "Cache-Control": components["headers"]["NoStore"];
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Health"];
                };
            };
            400: components["responses"]["InvalidRequest"];
            500: components["responses"]["ServerError"];
        };
    };
    readReadiness: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description The server is ready. */
            200: {
                headers: {
                    "Cache-Control": components["headers"]["NoStore"];
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Health"];
                };
            };
            400: components["responses"]["InvalidRequest"];
            500: components["responses"]["ServerError"];
            503: components["responses"]["Unavailable"];
        };
    };
}
