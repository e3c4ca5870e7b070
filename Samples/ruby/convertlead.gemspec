# frozen_string_literal: true

Gem::Specification.new do |gem|
  gem.name = "convertlead"
  gem.version = "1.0.0"
  gem.summary = "Zoho CRM convertLead for callers that speak API v1"
  gem.description = "v1 calls become v2 calls, v2 replies become v1 replies; over the C library libconvertlead-c."
  gem.authors = ["The convertlead authors"]
  gem.license = "Apache-2.0"
  gem.required_ruby_version = ">= 3.1"
  gem.files = ["convert_lead.rb", "README.md"]
  gem.require_paths = ["."]
end
