// Calls a server with golang.org/x/oauth2 and prints the results as JSON. Argument: the server's URL.
package main

import (
	"context"
	"encoding/json"
	"errors"
	"net/http"
	"net/url"
	"os"
	"strings"

	"golang.org/x/oauth2"
	"golang.org/x/oauth2/clientcredentials"
)

type client struct{ id, secret string }

type object map[string]any

var (
	public      = client{id: "public-app"}
	service     = client{"demo-service", "demo-service-secret"}
	refreshOnly = client{"refresh-only", "refresh-only-secret"}
	background  = context.Background()
	server      = os.Args[1]
)

// By default the library detects the authentication method.
func configOf(as client, style oauth2.AuthStyle, scopes ...string) *oauth2.Config {
	return &oauth2.Config{
		ClientID:     as.id,
		ClientSecret: as.secret,
		Endpoint:     oauth2.Endpoint{TokenURL: server + "/token", AuthStyle: style},
		Scopes:       scopes,
	}
}

func logIn(as client, username, password string, scopes ...string) (*oauth2.Token, error) {
	return configOf(as, oauth2.AuthStyleAutoDetect, scopes...).PasswordCredentialsToken(background, username, password)
}

func refresh(used *oauth2.Token) (*oauth2.Token, error) {
	only := &oauth2.Token{RefreshToken: used.RefreshToken}
	return configOf(public, oauth2.AuthStyleAutoDetect).TokenSource(background, only).Token()
}

func must[Value any](value Value, err error) Value {
	if err != nil {
		panic(err)
	}
	return value
}

func refusal(_ *oauth2.Token, err error) string {
	var refused *oauth2.RetrieveError
	if errors.As(err, &refused) {
		return refused.ErrorCode
	}
	if err != nil {
		return err.Error()
	}
	return "none"
}

func scopeWith(style oauth2.AuthStyle) any {
	return must(configOf(service, style).PasswordCredentialsToken(background, "johndoe", "secret123")).Extra("scope")
}

func me(token *oauth2.Token) (int, any) {
	response := must(oauth2.NewClient(background, oauth2.StaticTokenSource(token)).Get(server + "/users/me"))
	defer response.Body.Close()
	return response.StatusCode, decoded(response)["username"]
}

func username(token *oauth2.Token) any {
	_, name := me(token)
	return name
}

func status(token *oauth2.Token) int {
	code, _ := me(token)
	return code
}

// The library has no introspection or revocation requests.
func post(path, token string, as client) *http.Response {
	form := url.Values{"token": {token}}
	request := must(http.NewRequest("POST", server+path, strings.NewReader(form.Encode())))
	request.Header.Set("Content-Type", "application/x-www-form-urlencoded")
	request.SetBasicAuth(url.QueryEscape(as.id), url.QueryEscape(as.secret))
	return must(http.DefaultClient.Do(request))
}

func introspect(token *oauth2.Token) object {
	response := post("/introspect", token.AccessToken, service)
	defer response.Body.Close()
	return decoded(response)
}

func revoke(token *oauth2.Token) int {
	response := post("/revoke", token.RefreshToken, public)
	defer response.Body.Close()
	return response.StatusCode
}

func decoded(response *http.Response) object {
	body := object{}
	if err := json.NewDecoder(response.Body).Decode(&body); err != nil {
		panic(err)
	}
	return body
}

func reuse() string {
	used := must(logIn(public, "johndoe", "secret123"))
	must(refresh(must(refresh(used))))
	return refusal(refresh(used))
}

func unknownGrant() string {
	config := clientcredentials.Config{ClientID: service.id, ClientSecret: service.secret, TokenURL: server + "/token"}
	return refusal(config.Token(background))
}

func main() {
	first := must(logIn(public, "johndoe", "secret123"))
	report := object{
		"login": object{"token_type": first.TokenType, "scope": first.Extra("scope")},
		"confidential": object{
			"basic": scopeWith(oauth2.AuthStyleInHeader),
			"post":  scopeWith(oauth2.AuthStyleInParams),
		},
		"narrow_scope": must(logIn(public, "johndoe", "secret123", "me:read")).Extra("scope"),
		"me":           username(first),
	}
	next := must(refresh(first))
	isNew := next.AccessToken != first.AccessToken && next.RefreshToken != first.RefreshToken
	report["refreshed"] = object{"is_new": isNew, "me": username(next)}
	report["introspected"] = introspect(next)
	report["revoked"] = object{"status": revoke(next), "me": status(next), "introspected": introspect(next)}
	report["refused"] = object{
		"used refresh token": reuse(),
		"wrong password":     refusal(logIn(public, "johndoe", "wrong")),
		"disabled user":      refusal(logIn(public, "alice", "password456")),
		"wrong secret":       refusal(logIn(client{"demo-service", "wrong"}, "johndoe", "secret123")),
		"unknown scope":      refusal(logIn(public, "johndoe", "secret123", "everything")),
		"unknown grant":      unknownGrant(),
		"forbidden grant":    refusal(logIn(refreshOnly, "johndoe", "secret123")),
	}
	report["guesses"] = []string{
		refusal(logIn(public, "admin", "guess 1")),
		refusal(logIn(public, "admin", "guess 2")),
		refusal(logIn(public, "admin", "guess 3")),
		refusal(logIn(public, "admin", "administrator123")),
	}
	if err := json.NewEncoder(os.Stdout).Encode(report); err != nil {
		panic(err)
	}
}
