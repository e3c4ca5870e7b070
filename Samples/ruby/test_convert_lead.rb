# frozen_string_literal: true

# ruby test_convert_lead.rb [CASES.tsv]     CONVERTLEAD_LIBRARY names the library; Tests/Languages/run.sh makes the list of golden samples

require_relative "after"
require_relative "before"
require_relative "convert_lead"

XML = '<Potentials><row no="1"><option val="createPotential">true</option>' \
      '<option val="assignTo">asha.rao@example.com</option></row><row no="2"><FL val="Potential Name">Roof</FL>' \
      '<FL val="Closing Date">12/21/2009</FL><FL val="Potential Stage">Won</FL></row></Potentials>'
USERS = "email,id\nasha.rao@example.com,1386586000000105002\n"
V1_REPLY = '<?xml version="1.0" encoding="UTF-8" ?>' \
           '<success><Contact param="id">11</Contact><Potential param="id">12</Potential></success>'
V2_REPLY = '{"data":[{"Contacts":"11","Deals":"12","Accounts":null}]}'

$failures = 0

def same(expected, actual, what)
  return if expected == actual

  $failures += 1
  warn "Ruby: #{what}: expected #{expected.inspect} got #{actual.inspect}"
end

def raised
  yield
  nil
rescue StandardError => error
  error
end

shim = ConvertLead.new("compact" => true)
shim.add_table("users", USERS)

# The legacy caller gets the same before and after.
sent = []
after = convert_lead_after(shim, "42", XML) do |url, body|
  sent << [url, body]
  V2_REPLY
end
same(convert_lead_before("42", XML) { V1_REPLY }, after, "before and after")
body = '{"data":[{"assign_to":"1386586000000105002","Deals":{"Deal_Name":"Roof","Closing_Date":"2009-12-21","Stage":"Won"}}]}'
same([["https://www.zohoapis.com/crm/v2/Leads/42/actions/convert", body]], sent, "what was sent")

# A refused call is an error that the legacy caller reads.
error = raised { convert_lead_after(ConvertLead.new, "42", XML) { raise "it was sent" } }
same("4600 lookup.user.missing", error.message[0, 24], "a refused call")

# The reply has the style of the call; one that is not understood says so.
call = shim.request("https://crm.zoho.com/crm/private/json/Leads/convertLead?leadId=42&xmlData=#{XML}")
same(false, call.refused?, "JSON call")
same('{"success":', shim.reply(V2_REPLY, call.uri).reply[0, 11], "JSON reply")
reply = shim.reply("<html>")
same([false, "v2.response.page"], [reply.understood?, reply.diagnostics.first["code"]], "a page")

# An answer tells what became of the call, with the findings of both ways.
answer = shim.answer("https://crm.zoho.com/crm/private/json/Leads/convertLead?leadId=42&xmlData=<a") { raise "it was sent" }
same([false, "application/json;charset=utf-8"], [answer.sent?, answer.content_type], "a refused answer")
same(ConvertLead::Outcome.new(nil, nil, nil, "xml.syntax", "requestUnreadable"), answer.outcome, "its outcome")
odd = JSON.generate("leadId" => "42", "xmlData" => XML.sub("</row></P", '<FL val="Odd">x</FL></row></P'))
answer = shim.answer(odd) { V2_REPLY }
same([true, "text/xml;charset=utf-8"], [answer.sent?, answer.content_type], "an answer")
same(ConvertLead::Outcome.new("11", "12"), answer.outcome, "ids")
answer = shim.answer(odd) { "<html>" }
same([nil, "replyUnreadable"], answer.outcome.to_a.last(2), "a page's outcome")
same(%w[v1.field.unknown v2.response.page], answer.diagnostics.map { |finding| finding["code"] }, "both ways")

# Wrong options and tables are named.
same("config.option", raised { ConvertLead.new("api_version" => "v2") }.diagnostics.first["code"], "wrong option")
same("staff.csv", raised { shim.add_table("users", "name\n", "staff.csv") }.diagnostics.first["source"], "wrong table")

# Threads share a translator.
expected = shim.reply(V2_REPLY)
torn = Array.new(4) { Thread.new { Array.new(1_000) { shim.reply(V2_REPLY) }.count { |reply| reply != expected } } }
same([0, 0, 0, 0], torn.map(&:value), "threads")

# Fork after use.
child = fork { exit!(shim.reply(V2_REPLY) == expected ? 0 : 1) }
Process.wait(child)
same(0, $?.exitstatus, "fork")

# The golden samples are byte-equal.
count = 0
(ARGV.empty? ? [] : File.readlines(ARGV.first, chomp: true)).each do |line|
  kind, name, options, tables, source, first, second = line.split("\t")
  test = ConvertLead.new(File.read(options))
  (tables == "-" ? [] : tables.split("|")).each do |table|
    table_kind, path = table.split("=", 2)
    test.add_table(table_kind, File.binread(path), path)
  end
  text = File.binread(source)
  if kind == "reply"
    { "xml" => first, "json" => second }.each do |style, expected_path|
      reply = test.reply(text, "/crm/private/#{style}/Leads/convertLead").reply
      same(File.binread(expected_path), reply.b, "#{kind} #{name} #{style}")
    end
  elsif first == "-"
    same(true, test.request(text).refused?, "#{kind} #{name}")
  else
    call = test.request(text)
    same(File.binread(first), "#{call.body}\n".b, "#{kind} #{name}")
    same(File.read(second), "#{call.url}\n", "#{kind} #{name} url") unless second == "-"
  end
  count += 1
end
if ARGV.empty?
  puts "Ruby: own tests, #{$failures} failures; Tests/Languages/run.sh runs the golden samples too"
else
  same(true, count.positive?, "golden samples in the list")
  puts "Ruby: own tests and #{count} golden samples, #{$failures} failures"
end
exit($failures.zero? ? 0 : 1)
