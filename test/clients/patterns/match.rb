# Prints, as JSON, each text that Ruby does not match.
require 'json'

patterns = JSON.parse(File.read(ARGV.first, encoding: 'UTF-8'))
rejected = patterns.flat_map do |each|
  pattern, texts = each.values_at('pattern', 'texts')
  expression = Regexp.new(pattern)
  texts.reject { |text| expression.match?(text) }.map { |text| [pattern, text] }
rescue RegexpError => error
  [[pattern, error.message]]
end
puts rejected.to_json
