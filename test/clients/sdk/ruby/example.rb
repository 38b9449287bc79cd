# java -jar openapi-generator-cli-7.25.0.jar generate -i http://127.0.0.1:8000/openapi.yaml -g ruby -o tessera --additional-properties=gemName=tessera,moduleName=Tessera

$LOAD_PATH.unshift "#{__dir__}/tessera/lib"
require 'json'
require 'tessera'

def client(token = nil)
  Tessera::ApiClient.new(Tessera::Configuration.new do |config|
    config.scheme, config.host = 'http://127.0.0.1:8000'.split('://')
    config.access_token = token
  end)
end

def refusal
  yield
  raise 'not refused'
rescue Tessera::ApiError => error
  body = JSON.parse(error.response_body)
  "#{error.code} #{body['code'] || body['error']}"
end

tokens = Tessera::TokensApi.new(client)
login = tokens.issue_token(username: 'johndoe', password: 'secret123')
authorized = client(login.access_token)

puts Tessera::AccountApi.new(authorized).read_users_me.username

items = Tessera::ItemsApi.new(authorized)
puts items.read_own_items(limit: 10).map(&:item_id).join(',')

bar = Tessera::ItemCreation.new(item_id: 'Bar', title: 'The bar', description: 'It belongs to johndoe.')
created, _, headers = items.create_item_with_http_info(bar)
puts "#{created.title} #{headers['Location']}"

# If the item has changed since, the version is stale. nil removes a field; omitted fields keep their value.
version = headers['ETag']
change = Tessera::ItemChanges.new(title: nil)
changed = items.update_item('Bar', change, if_match: version)
puts "#{changed.title || 'no title'} #{changed.description}"
puts(refusal { items.update_item('Bar', change, if_match: version) })

_, status = items.delete_item_with_http_info('Bar')
puts status

puts(refusal { items.read_item('Bar') })
puts(refusal { Tessera::UsersApi.new(authorized).list_users })

puts(refusal { tokens.issue_token(username: 'johndoe', password: 'wrong') })
