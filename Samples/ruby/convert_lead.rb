# frozen_string_literal: true

require "fiddle"
require "fiddle/struct"
require "fiddle/import"
require "json"

# Zoho CRM convertLead for callers that speak API v1, over the C library.
#
#   shim = ConvertLead.new("api-version" => "v2.1")
#   shim.add_table("users", File.binread("users.json"))
#   v1_reply = shim.convert(v1_call) { |url, body| http_post(url, body) }
class ConvertLead
  # What became of a conversion: ids of the records that were made, or the error's code and its reason, which says whether to
  # send the call again (see CONVERTLEAD_REASON in convertlead.h).
  Outcome = Struct.new(:contact, :deal, :account, :code, :reason)

  # What became of a v1 call: url and body to POST, or, when it was refused, the v1 error reply with its details.
  Call = Struct.new(:url, :body, :uri, :reply, :diagnostics, :content_type, :outcome, keyword_init: true) do
    def refused? = !reply.nil?
  end

  # A v1 reply. When the v2 reply was not understood, it is error 4500.
  Reply = Struct.new(:reply, :understood, :diagnostics, :content_type, :outcome, keyword_init: true) do
    alias_method :understood?, :understood
  end

  # The v1 reply to a v1 call, with the diagnostics of both ways. A call that was refused was not sent.
  Answer = Struct.new(:reply, :content_type, :outcome, :sent, :diagnostics, keyword_init: true) do
    alias_method :sent?, :sent
  end

  # Options or a table cannot be read; the diagnostics say why and where.
  class Error < StandardError
    attr_reader :diagnostics

    def initialize(diagnostics)
      super(diagnostics.map { |finding| finding["message"] }.join("; "))
      @diagnostics = diagnostics
    end
  end

  # The functions of the library.
  module Library
    TEXTS = %i[url body uri reply diagnostics].freeze
    Result = Fiddle::Importer.send(
      :struct, TEXTS.flat_map { |name| ["char *#{name}", "size_t #{name}_length"] } + ["void *memory"]
    )
    POINTER = Fiddle::TYPE_VOIDP
    SIZE = Fiddle::TYPE_SIZE_T
    HANDLE = Fiddle.dlopen(ENV.fetch("CONVERTLEAD_LIBRARY", "libconvertlead-c.so"))

    # The interpreter's lock is kept during a call, because a call takes microseconds.
    def self.function(name, arguments, result = Fiddle::TYPE_INT)
      Fiddle::Function.new(HANDLE[name], arguments, result, need_gvl: true)
    end

    VERSION = function("convertlead_version", [])
    CREATE = function("convertlead_translator_create", [POINTER, SIZE, POINTER, POINTER])
    ADD_TABLE = function("convertlead_translator_add_table", [POINTER, POINTER, POINTER, POINTER, SIZE, POINTER])
    FREE = function("convertlead_translator_free", [POINTER], Fiddle::TYPE_VOID)
    REQUEST = function("convertlead_translate_request", [POINTER, POINTER, SIZE, POINTER])
    REPLY = function("convertlead_translate_reply", [POINTER, POINTER, SIZE, POINTER, POINTER])
    DETAIL = function("convertlead_result_detail", [POINTER, Fiddle::TYPE_INT], POINTER)
    FREE_RESULT = function("convertlead_result_free", [POINTER], Fiddle::TYPE_VOID)

    raise LoadError, "libconvertlead-c has another major version" unless VERSION.call / 10_000 == 1
  end
  private_constant :Library

  OK = 0
  REFUSED = 1
  CONTENT_TYPE = 1
  CONTACT, DEAL, ACCOUNT, CODE, REASON = *2..6
  private_constant :OK, :REFUSED, :CONTENT_TYPE, :CONTACT, :DEAL, :ACCOUNT, :CODE, :REASON

  # Options by name, or their JSON text.
  def initialize(options = {})
    text = options.is_a?(String) ? options : JSON.generate(options)
    @result = Library::Result.malloc(Fiddle::RUBY_FREE)
    # Threads may share a translator: the result of one is read before the next begins.
    @lock = Mutex.new
    handle = Fiddle::Pointer.malloc(Fiddle::SIZEOF_VOIDP, Fiddle::RUBY_FREE)
    locked { finish(Library::CREATE.call(text, text.bytesize, handle, @result)) }
    @translator = handle.ptr
    @translator.free = Library::FREE
  end

  # Adds "users", "fields", "roles" or "lookup:API_NAME"; name is what diagnostics call it.
  def add_table(kind, table, name = nil)
    locked { finish(Library::ADD_TABLE.call(@translator, kind, name, table, table.bytesize, @result)) }
  end

  # The v1 reply to a v1 call in any form (URL, form body, HTTP request, JSON). The block sends the v2 call, given address
  # and body, and gives the body of the reply.
  def convert(call, &send)
    answer(call, &send).reply
  end

  # The same, with content type, outcome and diagnostics.
  def answer(call)
    request = request(call)
    sent = !request.refused?
    reply = sent ? reply(yield(request.url, request.body), request.uri) : request
    Answer.new(
      reply: reply.reply, content_type: reply.content_type, outcome: reply.outcome, sent: sent,
      diagnostics: sent ? request.diagnostics + reply.diagnostics : request.diagnostics
    )
  end

  # First step: the v2 call for a v1 call.
  def request(call)
    locked do
      check(Library::REQUEST.call(@translator, call, call.bytesize, @result))
      Call.new(
        url: text(@result.url, @result.url_length), body: text(@result.body, @result.body_length),
        uri: text(@result.uri, @result.uri_length), reply: text(@result.reply, @result.reply_length),
        diagnostics: findings, content_type: detail(CONTENT_TYPE), outcome: outcome
      )
    end
  end

  # Second step: the v1 reply for the body of a v2 reply; uri is that of the call.
  def reply(reply, uri = nil)
    locked do
      status = check(Library::REPLY.call(@translator, reply, reply.bytesize, uri, @result))
      Reply.new(
        reply: text(@result.reply, @result.reply_length), understood: status == OK, diagnostics: findings,
        content_type: detail(CONTENT_TYPE), outcome: outcome
      )
    end
  end

  private

  # Runs the block alone and frees the result behind it.
  def locked
    @lock.synchronize do
      yield
    ensure
      Library::FREE_RESULT.call(@result)
    end
  end

  def text(address, length)
    address.null? ? nil : address[0, length].force_encoding(Encoding::UTF_8)
  end

  def detail(number)
    address = Library::DETAIL.call(@result, number)
    address.null? ? nil : address.to_s.force_encoding(Encoding::UTF_8)
  end

  def outcome
    Outcome.new(*[CONTACT, DEAL, ACCOUNT, CODE, REASON].map { |number| detail(number) })
  end

  def findings
    @result.diagnostics_length <= 2 ? [] : JSON.parse(text(@result.diagnostics, @result.diagnostics_length))
  end

  def check(status)
    raise "libconvertlead-c gave status #{status}" if status > REFUSED

    status
  end

  def finish(status)
    raise Error, findings if check(status) == REFUSED
  end
end
