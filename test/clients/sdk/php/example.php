<?php
// java -jar openapi-generator-cli-7.25.0.jar generate -i http://127.0.0.1:8000/openapi.yaml -g php -o tessera --invoker-package Tessera

use GuzzleHttp\Client;
use Tessera\Api\AccountApi;
use Tessera\Api\ItemsApi;
use Tessera\Api\TokensApi;
use Tessera\Api\UsersApi;
use Tessera\ApiException;
use Tessera\Configuration;
use Tessera\Model\ItemChanges;
use Tessera\Model\ItemCreation;

// Of Debian's php-guzzlehttp-guzzle. With Composer, its vendor/autoload.php loads both.
require 'GuzzleHttp/autoload.php';
spl_autoload_register(function (string $class): void {
    $file = __DIR__ . '/tessera/lib/' . str_replace('\\', '/', substr($class, strlen('Tessera\\'))) . '.php';
    if (str_starts_with($class, 'Tessera\\') && is_file($file)) {
        require $file;
    }
});

function refused(callable $call): ApiException
{
    try {
        $call();
    } catch (ApiException $refusal) {
        return $refusal;
    }
    throw new Exception('not refused');
}

$http = new Client();
$anonymous = new TokensApi($http, (new Configuration())->setHost('http://127.0.0.1:8000'));
$token = $anonymous->issueToken(username: 'johndoe', password: 'secret123')->getAccessToken();
$config = (new Configuration())->setHost('http://127.0.0.1:8000')->setAccessToken($token);

$me = (new AccountApi($http, $config))->readUsersMe();
echo $me->getUsername(), "\n";

$items = new ItemsApi($http, $config);
echo implode(',', array_map(fn ($item) => $item->getItemId(), $items->readOwnItems(limit: 10))), "\n";

$bar = new ItemCreation(['item_id' => 'Bar', 'title' => 'The bar', 'description' => 'It belongs to johndoe.']);
[$created, , $sent] = $items->createItemWithHttpInfo($bar);
// Names of headers are case-insensitive, keys of arrays are not.
$headers = array_change_key_case($sent);
echo $created->getTitle(), ' ', $headers['location'][0], "\n";

// If the item has changed since, the version is stale. null removes a field; omitted fields keep their value.
$version = $headers['etag'][0];
$change = new ItemChanges(['title' => null]);
$changed = $items->updateItem('Bar', $change, $version);
echo $changed->getTitle() ?? 'no title', ' ', $changed->getDescription(), "\n";
$stale = refused(fn () => $items->updateItem('Bar', $change, $version));
echo $stale->getCode(), ' ', $stale->getResponseObject()->getCode(), "\n";

[, $status] = $items->deleteItemWithHttpInfo('Bar');
echo $status, "\n";

$missing = refused(fn () => $items->readItem('Bar'));
echo $missing->getCode(), ' ', $missing->getResponseObject()->getCode(), "\n";
$forbidden = refused(fn () => (new UsersApi($http, $config))->listUsers());
echo $forbidden->getCode(), ' ', $forbidden->getResponseObject()->getCode(), "\n";

$wrong = refused(fn () => $anonymous->issueToken(username: 'johndoe', password: 'wrong'));
echo $wrong->getCode(), ' ', $wrong->getResponseObject()->getError(), "\n";
