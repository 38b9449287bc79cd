// java -jar openapi-generator-cli-7.25.0.jar generate -i http://127.0.0.1:8000/openapi.yaml -g go -o tessera --package-name tessera -p disallowAdditionalPropertiesIfNotPresent=false,withGoMod=false
// Without the first option it rejects every response with an unknown field.

package main

import (
	"context"
	"errors"
	"fmt"
	"log"

	"example/tessera"

	"golang.org/x/oauth2"
)

func main() {
	configuration := tessera.NewConfiguration()
	configuration.Servers = tessera.ServerConfigurations{{URL: "http://127.0.0.1:8000"}}
	client := tessera.NewAPIClient(configuration)

	login, _, err := client.TokensAPI.IssueToken(context.Background()).Username("johndoe").Password("secret123").Execute()
	if err != nil {
		log.Fatal(err)
	}
	bearer := oauth2.StaticTokenSource(&oauth2.Token{AccessToken: login.AccessToken})
	ctx := context.WithValue(context.Background(), tessera.ContextOAuth2, bearer)

	me, _, err := client.AccountAPI.ReadUsersMe(ctx).Execute()
	if err != nil {
		log.Fatal(err)
	}
	fmt.Println(me.Username)

	items, _, err := client.ItemsAPI.ReadOwnItems(ctx).Limit(10).Execute()
	if err != nil {
		log.Fatal(err)
	}
	for _, item := range items {
		fmt.Println(item.ItemId)
	}

	bar := tessera.NewItemCreation("Bar")
	bar.SetTitle("The bar")
	bar.SetDescription("It belongs to johndoe.")
	created, response, err := client.ItemsAPI.CreateItem(ctx).ItemCreation(*bar).Execute()
	if err != nil {
		log.Fatal(err)
	}
	fmt.Println(created.GetTitle(), response.Header.Get("Location"))

	// If the item has changed since, the version is stale. null removes a field; omitted fields keep their value.
	version := response.Header.Get("ETag")
	change := tessera.NewItemChanges()
	change.SetTitleNil()
	changed, _, err := client.ItemsAPI.UpdateItem(ctx, "Bar").IfMatch(version).ItemChanges(*change).Execute()
	if err != nil {
		log.Fatal(err)
	}
	if !changed.HasTitle() {
		fmt.Println("no title", changed.GetDescription())
	}
	_, response, err = client.ItemsAPI.UpdateItem(ctx, "Bar").IfMatch(version).ItemChanges(*change).Execute()
	fmt.Println(response.StatusCode, problemIn(err).Code)

	response, err = client.ItemsAPI.DeleteItem(ctx, "Bar").Execute()
	if err != nil {
		log.Fatal(err)
	}
	fmt.Println(response.StatusCode)

	_, response, err = client.ItemsAPI.ReadItem(ctx, "Bar").Execute()
	fmt.Println(response.StatusCode, problemIn(err).Code)
	_, response, err = client.UsersAPI.ListUsers(ctx).Execute()
	fmt.Println(response.StatusCode, problemIn(err).Code)

	_, response, err = client.TokensAPI.IssueToken(context.Background()).Username("johndoe").Password("wrong").Execute()
	fmt.Println(response.StatusCode, modelIn[tessera.OAuthError](err).Error)
}

func problemIn(err error) tessera.Problem { return modelIn[tessera.Problem](err) }

// The body of an error response, as its type in the contract.
func modelIn[Model any](err error) Model {
	var refused *tessera.GenericOpenAPIError
	if !errors.As(err, &refused) {
		log.Fatal("not refused: ", err)
	}
	model, ok := refused.Model().(Model)
	if !ok {
		log.Fatal(err)
	}
	return model
}
