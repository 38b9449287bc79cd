// java -jar openapi-generator-cli-7.25.0.jar generate -i http://127.0.0.1:8000/openapi.yaml -g java --library native -o tessera --invoker-package tessera --api-package tessera.api --model-package tessera.model -p useSingleRequestParameter=true,useJakartaEe=true
// Without the first option a login has seven string parameters, most of them null.

import java.util.stream.Collectors;
import tessera.ApiClient;
import tessera.ApiException;
import tessera.ApiResponse;
import tessera.api.AccountApi;
import tessera.api.AccountApi.APIReadUsersMeRequest;
import tessera.api.ItemsApi;
import tessera.api.TokensApi;
import tessera.api.TokensApi.APIIssueTokenRequest;
import tessera.api.UsersApi;
import tessera.api.UsersApi.APIListUsersRequest;
import tessera.model.Item;
import tessera.model.ItemChanges;
import tessera.model.ItemCreation;
import tessera.model.OAuthError;
import tessera.model.Problem;

public class Example {
    public static void main(String[] args) throws Exception {
        var anonymous = new ApiClient();
        anonymous.updateBaseUri("http://127.0.0.1:8000");
        var login = APIIssueTokenRequest.newBuilder().username("johndoe").password("secret123").build();
        var token = new TokensApi(anonymous).issueToken(login).getAccessToken();

        var client = new ApiClient();
        client.updateBaseUri("http://127.0.0.1:8000");
        client.setRequestInterceptor(request -> request.setHeader("Authorization", "Bearer " + token));

        var me = new AccountApi(client).readUsersMe(APIReadUsersMeRequest.newBuilder().build());
        System.out.println(me.getUsername());

        var api = new ItemsApi(client);
        var items = api.readOwnItems(10, null);
        System.out.println(items.stream().map(Item::getItemId).collect(Collectors.joining(",")));

        var bar = new ItemCreation().itemId("Bar").title("The bar").description("It belongs to johndoe.");
        var created = api.createItemWithHttpInfo(bar);
        System.out.println(created.getData().getTitle() + " " + header(created, "location"));

        // If the item has changed since, the version is stale. null removes a field; omitted fields keep their value.
        var version = header(created, "etag");
        var change = new ItemChanges().title(null);
        var changed = api.updateItem("Bar", change, version);
        System.out.println((changed.getTitle() == null ? "no title " : "") + changed.getDescription());
        var stale = refused(() -> api.updateItem("Bar", change, version));
        System.out.println(stale.getCode() + " " + body(stale, Problem.class).getCode());

        var deleted = api.deleteItemWithHttpInfo("Bar", null);
        System.out.println(deleted.getStatusCode());

        var missing = refused(() -> api.readItem("Bar", null, null));
        System.out.println(missing.getCode() + " " + body(missing, Problem.class).getCode());
        var forbidden = refused(() -> new UsersApi(client).listUsers(APIListUsersRequest.newBuilder().limit(10).build()));
        System.out.println(forbidden.getCode() + " " + body(forbidden, Problem.class).getCode());

        var wrong = APIIssueTokenRequest.newBuilder().username("johndoe").password("wrong").build();
        var failed = refused(() -> new TokensApi(anonymous).issueToken(wrong));
        System.out.println(failed.getCode() + " " + body(failed, OAuthError.class).getError());
    }

    interface Call {
        void run() throws ApiException;
    }

    static ApiException refused(Call call) {
        try {
            call.run();
        } catch (ApiException refusal) {
            return refusal;
        }
        throw new IllegalStateException("not refused");
    }

    // The body of an error response, as its type in the contract.
    static <Model> Model body(ApiException refusal, Class<Model> type) throws Exception {
        return ApiClient.createDefaultObjectMapper().readValue(refusal.getResponseBody(), type);
    }

    static String header(ApiResponse<?> response, String name) {
        return response.getHeaders().get(name).get(0);
    }
}
