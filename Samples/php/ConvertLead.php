<?php

declare(strict_types=1);

/**
 * Zoho CRM convertLead for callers that speak API v1, over the C library. Needs the extension FFI, which the command line has
 * on; for a web server set ffi.enable=true, or load the library in the preload script.
 *
 *     $shim = new ConvertLead(['api-version' => 'v2.1']);
 *     $shim->addTable('users', file_get_contents('users.json'));
 *     $v1Reply = $shim->convert($v1Call, $send);    // $send($url, $body) posts the v2 call and gives the reply's body
 *     $answer = $shim->answer($v1Call, $send);      // the same with content type, outcome and diagnostics
 */
final class ConvertLead
{
    private const OK = 0;
    private const REFUSED = 1;
    private const CONTENT_TYPE = 1;
    private const CONTACT = 2;
    private const DEAL = 3;
    private const ACCOUNT = 4;
    private const CODE = 5;
    private const REASON = 6;

    private const DECLARATIONS = <<<'C'
        typedef struct convertlead_translator convertlead_translator;
        typedef struct {
            char *url; size_t url_length; char *body; size_t body_length; char *uri; size_t uri_length;
            char *reply; size_t reply_length; char *diagnostics; size_t diagnostics_length; void *memory;
        } convertlead_result;
        int convertlead_version(void);
        int convertlead_translator_create(const void *, size_t, convertlead_translator **, convertlead_result *);
        int convertlead_translator_add_table(
            convertlead_translator *, const char *, const char *, const void *, size_t, convertlead_result *);
        void convertlead_translator_free(convertlead_translator *);
        int convertlead_translate_request(convertlead_translator *, const void *, size_t, convertlead_result *);
        int convertlead_translate_reply(
            convertlead_translator *, const void *, size_t, const char *, convertlead_result *);
        const char *convertlead_result_detail(const convertlead_result *, int);
        void convertlead_result_free(convertlead_result *);
        C;

    private static ?FFI $library = null;

    private readonly FFI\CData $translator;
    private readonly FFI\CData $result;
    private readonly FFI\CData $resultAddress;

    /**
     * @param array<string, mixed>|string $options options by name, or their JSON text
     * @throws ConvertLeadException when they cannot be read
     */
    public function __construct(array|string $options = [])
    {
        self::$library ??= self::load();
        $json = is_string($options) ? $options : json_encode((object) $options, JSON_THROW_ON_ERROR);
        $this->translator = self::$library->new('convertlead_translator *');
        $this->result = self::$library->new('convertlead_result');
        $this->resultAddress = FFI::addr($this->result);
        $this->finish(self::$library->convertlead_translator_create(
            $json, strlen($json), FFI::addr($this->translator), $this->resultAddress));
    }

    public function __destruct()
    {
        self::$library->convertlead_translator_free($this->translator);
    }

    /**
     * Adds 'users', 'fields', 'roles' or 'lookup:API_NAME'; $name is what diagnostics call it.
     *
     * @throws ConvertLeadException when it cannot be read
     */
    public function addTable(string $kind, string $table, ?string $name = null): void
    {
        $this->finish(self::$library->convertlead_translator_add_table(
            $this->translator, $kind, $name, $table, strlen($table), $this->resultAddress));
    }

    /**
     * The v1 reply to a v1 call in any form (URL, form body, HTTP request, JSON).
     *
     * @param callable(string $url, string $body): string $send
     */
    public function convert(string $call, callable $send): string
    {
        return $this->answer($call, $send)->reply;
    }

    /**
     * The same, with content type, outcome and diagnostics.
     *
     * @param callable(string $url, string $body): string $send
     */
    public function answer(string $call, callable $send): ConvertLeadAnswer
    {
        $request = $this->request($call);
        if ($request->isRefused()) {
            return new ConvertLeadAnswer(
                $request->reply, $request->contentType, $request->outcome, false, $request->diagnostics);
        }
        $reply = $this->reply($send($request->url, $request->body), $request->uri);
        return new ConvertLeadAnswer(
            $reply->reply, $reply->contentType, $reply->outcome, true,
            [...$request->diagnostics, ...$reply->diagnostics]);
    }

    /** First step: the v2 call for a v1 call. */
    public function request(string $call): ConvertLeadCall
    {
        $this->check(self::$library->convertlead_translate_request(
            $this->translator, $call, strlen($call), $this->resultAddress));
        try {
            $result = $this->result;
            return new ConvertLeadCall(
                self::text($result->url, $result->url_length), self::text($result->body, $result->body_length),
                self::text($result->uri, $result->uri_length), self::text($result->reply, $result->reply_length),
                $this->findings(), $this->detail(self::CONTENT_TYPE), $this->outcome());
        } finally {
            self::$library->convertlead_result_free($this->resultAddress);
        }
    }

    /** Second step: the v1 reply for the body of a v2 reply; $uri is that of the call. */
    public function reply(string $reply, ?string $uri = null): ConvertLeadReply
    {
        $status = $this->check(self::$library->convertlead_translate_reply(
            $this->translator, $reply, strlen($reply), $uri, $this->resultAddress));
        try {
            $result = $this->result;
            return new ConvertLeadReply(
                FFI::string($result->reply, $result->reply_length), $status === self::OK, $this->findings(),
                $this->detail(self::CONTENT_TYPE), $this->outcome());
        } finally {
            self::$library->convertlead_result_free($this->resultAddress);
        }
    }

    /**
     * The option time-zone for a zone by name, such as Europe/Paris.
     *
     * @return array{offset: int, transitions: list<array{int, int}>}
     */
    public static function timeZone(string $name): array
    {
        $changes = (new DateTimeZone($name))->getTransitions(0, 4102444800);
        $first = array_shift($changes);
        return [
            'offset' => $first['offset'],
            'transitions' => array_map(fn (array $change): array => [$change['ts'], $change['offset']], $changes),
        ];
    }

    private static function load(): FFI
    {
        $library = FFI::cdef(self::DECLARATIONS, getenv('CONVERTLEAD_LIBRARY') ?: 'libconvertlead-c.so');
        if (intdiv($library->convertlead_version(), 10000) !== 1) {
            throw new RuntimeException('libconvertlead-c has another major version');
        }
        return $library;
    }

    private static function text(?FFI\CData $address, int $length): ?string
    {
        return $address === null ? null : FFI::string($address, $length);
    }

    private function detail(int $detail): ?string
    {
        $text = self::$library->convertlead_result_detail($this->resultAddress, $detail);
        // FFI makes a string of a const char * by itself.
        return $text instanceof FFI\CData ? FFI::string($text) : $text;
    }

    private function outcome(): ConvertLeadOutcome
    {
        return new ConvertLeadOutcome(
            $this->detail(self::CONTACT), $this->detail(self::DEAL), $this->detail(self::ACCOUNT),
            $this->detail(self::CODE), $this->detail(self::REASON));
    }

    /** @return list<array<string, mixed>> */
    private function findings(): array
    {
        $length = $this->result->diagnostics_length;
        return $length <= 2 ? [] : json_decode(FFI::string($this->result->diagnostics, $length), true);
    }

    private function check(int $status): int
    {
        if ($status > self::REFUSED) {
            throw new RuntimeException("libconvertlead-c gave status $status");
        }
        return $status;
    }

    private function finish(int $status): void
    {
        $findings = $this->findings();
        self::$library->convertlead_result_free($this->resultAddress);
        if ($this->check($status) === self::REFUSED) {
            throw new ConvertLeadException($findings);
        }
    }
}

/**
 * What became of a conversion: ids of the records that were made, or the error's code and its reason, which says whether to send
 * the call again (see CONVERTLEAD_REASON in convertlead.h).
 */
final class ConvertLeadOutcome
{
    public function __construct(
        public readonly ?string $contact = null,
        public readonly ?string $deal = null,
        public readonly ?string $account = null,
        public readonly ?string $code = null,
        public readonly ?string $reason = null,
    ) {
    }
}

/** What became of a v1 call: url and body to POST, or, when it was refused, the v1 error reply with its details. */
final class ConvertLeadCall
{
    /** @param list<array<string, mixed>> $diagnostics */
    public function __construct(
        public readonly ?string $url,
        public readonly ?string $body,
        public readonly string $uri,
        public readonly ?string $reply,
        public readonly array $diagnostics,
        public readonly ?string $contentType,
        public readonly ConvertLeadOutcome $outcome,
    ) {
    }

    public function isRefused(): bool
    {
        return $this->reply !== null;
    }
}

/** A v1 reply. When the v2 reply was not understood, it is error 4500. */
final class ConvertLeadReply
{
    /** @param list<array<string, mixed>> $diagnostics */
    public function __construct(
        public readonly string $reply,
        public readonly bool $isUnderstood,
        public readonly array $diagnostics,
        public readonly string $contentType,
        public readonly ConvertLeadOutcome $outcome,
    ) {
    }
}

/** The v1 reply to a v1 call, with the diagnostics of both ways. A call that was refused was not sent. */
final class ConvertLeadAnswer
{
    /** @param list<array<string, mixed>> $diagnostics */
    public function __construct(
        public readonly string $reply,
        public readonly string $contentType,
        public readonly ConvertLeadOutcome $outcome,
        public readonly bool $isSent,
        public readonly array $diagnostics,
    ) {
    }
}

/** Options or a table cannot be read; the diagnostics say why and where. */
final class ConvertLeadException extends RuntimeException
{
    /** @param list<array<string, mixed>> $diagnostics */
    public function __construct(public readonly array $diagnostics)
    {
        parent::__construct(implode('; ', array_column($diagnostics, 'message')));
    }
}
