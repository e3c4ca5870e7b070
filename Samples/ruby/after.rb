# frozen_string_literal: true

require "rexml/document"
require "uri"

# The same caller with the shim: the block now sends v2 calls, and the rest did not change.
def convert_lead_after(shim, lead_id, xml, &post)
  form = URI.encode_www_form(scope: "crmapi", leadId: lead_id, xmlData: xml)
  reply = shim.convert("https://crm.zoho.com/crm/private/xml/Leads/convertLead?#{form}", &post)
  document = REXML::Document.new(reply)
  code = REXML::XPath.first(document, "//code")
  raise "#{code.text} #{REXML::XPath.first(document, "//message").text}" if code

  document.root.elements.to_h { |record| [record.name, record.text] }
end
