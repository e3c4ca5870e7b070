# frozen_string_literal: true

require "rexml/document"
require "uri"

# A legacy caller as it was: API v1, XML in and out. The block sends a call, given address and body.
def convert_lead_before(lead_id, xml)
  form = URI.encode_www_form(authtoken: "secret", scope: "crmapi", leadId: lead_id, xmlData: xml)
  reply = yield "https://crm.zoho.com/crm/private/xml/Leads/convertLead", form
  document = REXML::Document.new(reply)
  code = REXML::XPath.first(document, "//code")
  raise "#{code.text} #{REXML::XPath.first(document, "//message").text}" if code

  document.root.elements.to_h { |record| [record.name, record.text] }
end
