// go tool oapi-codegen -config oapi-codegen.yaml http://127.0.0.1:8000/openapi.yaml

package main

import (
	"context"
	"fmt"
	"log"
	"net/http"

	"example/tessera"

	"github.com/oapi-codegen/nullable"
)

const url = "http://127.0.0.1:8000"

func main() {
	ctx := context.Background()
	anonymous := must(tessera.NewClientWithResponses(url))

	username, password := "johndoe", "secret123"
	login := must(anonymous.IssueTokenWithFormdataBodyWithResponse(ctx, tessera.TokenRequest{Username: &username, Password: &password}))
	if login.JSON200 == nil {
		log.Fatal(login.Status(), string(login.Body))
	}
	bearer := func(_ context.Context, request *http.Request) error {
		request.Header.Set("Authorization", "Bearer "+login.JSON200.AccessToken)
		return nil
	}
	client := must(tessera.NewClientWithResponses(url, tessera.WithRequestEditorFn(bearer)))

	me := must(client.ReadUsersMeWithResponse(ctx, nil))
	fmt.Println(me.JSON200.Username)

	limit := int32(10)
	items := must(client.ReadOwnItemsWithResponse(ctx, &tessera.ReadOwnItemsParams{Limit: &limit}))
	for _, item := range *items.JSON200 {
		fmt.Println(item.ItemId)
	}

	title, description := "The bar", "It belongs to johndoe."
	created := must(client.CreateItemWithResponse(ctx, tessera.ItemCreation{ItemId: "Bar", Title: &title, Description: &description}))
	fmt.Println(*created.JSON201.Title, created.Headers201.Location)

	// If the item has changed since, the version is stale. null removes a field; omitted fields keep their value.
	version := &tessera.UpdateItemParams{IfMatch: &created.Headers201.ETag}
	change := tessera.ItemChanges{Title: nullable.NewNullNullable[string]()}
	changed := must(client.UpdateItemWithResponse(ctx, "Bar", version, change))
	if changed.JSON200.Title == nil {
		fmt.Println("no title", *changed.JSON200.Description)
	}
	stale := must(client.UpdateItemWithResponse(ctx, "Bar", version, change))
	fmt.Println(stale.StatusCode(), stale.ApplicationproblemJSON412.Code)

	deleted := must(client.DeleteItemWithResponse(ctx, "Bar", nil))
	fmt.Println(deleted.StatusCode())

	missing := must(client.ReadItemWithResponse(ctx, "Bar", nil))
	fmt.Println(missing.StatusCode(), missing.ApplicationproblemJSON404.Code)
	forbidden := must(client.ListUsersWithResponse(ctx, nil))
	fmt.Println(forbidden.StatusCode(), forbidden.ApplicationproblemJSON403.Code)

	password = "wrong"
	refused := must(anonymous.IssueTokenWithFormdataBodyWithResponse(ctx, tessera.TokenRequest{Username: &username, Password: &password}))
	fmt.Println(refused.StatusCode(), refused.JSON401.Error)
}

func must[Value any](value Value, err error) Value {
	if err != nil {
		log.Fatal(err)
	}
	return value
}
