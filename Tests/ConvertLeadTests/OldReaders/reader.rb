# Reads every reply of a folder the ways old Ruby callers did; prints FILE, IDIOM, KEY and base64 of the value.
require "json"
require "rexml/document"

def tell(file, idiom, key, value)
  puts [file, idiom, key, [value.to_s].pack("m0")].join("\t") unless value.nil?
end

Dir.children(ARGV[0]).sort.each do |file|
  text = File.read(File.join(ARGV[0], file), encoding: "UTF-8")
  if file.end_with?(".xml")
    document = REXML::Document.new(text)
    %w[Contact Potential Account].each do |name|
      element = REXML::XPath.first(document, "//#{name}")
      tell(file, "REXML", name.downcase, element.text) if element
    end
    code = REXML::XPath.first(document, "//code")
    if code
      tell(file, "REXML", "code", code.text)
      tell(file, "REXML", "message", REXML::XPath.first(document, "//message").text)
    end
  else
    reply = JSON.parse(text)
    if reply["success"]
      %w[Contact Potential Account].each { |name| tell(file, "JSON", name.downcase, reply["success"].dig(name, "content")) }
    else
      tell(file, "JSON", "code", reply["response"]["error"]["code"].to_i)
      tell(file, "JSON", "message", reply["response"]["error"]["message"])
    end
  end
end
