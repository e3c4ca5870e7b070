package convertlead;

import com.sun.jna.IntegerType;
import com.sun.jna.Native;
import com.sun.jna.NativeLibrary;
import com.sun.jna.Pointer;
import com.sun.jna.Structure;
import com.sun.jna.ptr.PointerByReference;
import java.nio.charset.StandardCharsets;
import java.util.Map;

/**
 * Zoho CRM convertLead for callers that speak API v1, over the C library.
 *
 * <pre>{@code
 * try (ConvertLead shim = new ConvertLead("{\"api-version\":\"v2.1\"}")) {
 *     shim.addTable("users", Files.readAllBytes(Path.of("users.json")), "users.json");
 *     byte[] v1Reply = shim.convert(v1Call, (url, body) -> post(url, body));
 * }
 * }</pre>
 *
 * Threads may share a translator; they wait for one another.
 */
public final class ConvertLead implements AutoCloseable {
    private static final int OK = 0;
    private static final int REFUSED = 1;
    private static final int CONTENT_TYPE = 1;
    private static final int CONTACT = 2;
    private static final int DEAL = 3;
    private static final int ACCOUNT = 4;
    private static final int CODE = 5;
    private static final int REASON = 6;

    /** Sends a v2 call with the caller's own token and gives the body of the reply. */
    @FunctionalInterface
    public interface Transport<E extends Exception> {
        byte[] send(String url, byte[] body) throws E;
    }

    /**
     * What became of a conversion: ids of the records that were made, or the error's code and its reason, which says whether to
     * send the call again (see CONVERTLEAD_REASON in convertlead.h). What there is not is null.
     */
    public record Outcome(String contact, String deal, String account, String code, String reason) {}

    /** What became of a v1 call: url and body to POST, or, when it was refused, the v1 error reply with its details. */
    public record Call(
            String url, byte[] body, String uri, byte[] reply, String diagnostics, String contentType, Outcome outcome) {
        public boolean isRefused() {
            return reply != null;
        }
    }

    /** A v1 reply. When the v2 reply was not understood, it is error 4500. Diagnostics are a JSON array. */
    public record Reply(
            byte[] reply, boolean isUnderstood, String diagnostics, String contentType, Outcome outcome) {}

    /**
     * The v1 reply to a v1 call, with the diagnostics of both ways, a JSON array. A call that was refused was not sent.
     */
    public record Answer(byte[] reply, String contentType, Outcome outcome, boolean isSent, String diagnostics) {}

    /** Options or a table cannot be read; the diagnostics, a JSON array, say why and where. */
    public static final class UnreadableException extends IllegalArgumentException {
        private static final long serialVersionUID = 1;

        public UnreadableException(String diagnostics) {
            super(diagnostics);
        }
    }

    /** C's size_t. */
    public static final class Size extends IntegerType {
        private static final long serialVersionUID = 1;

        public Size() {
            this(0);
        }

        public Size(long value) {
            super(Native.SIZE_T_SIZE, value, true);
        }
    }

    /** C's convertlead_result. */
    @Structure.FieldOrder({
        "url", "urlLength", "body", "bodyLength", "uri", "uriLength", "reply", "replyLength", "diagnostics",
        "diagnosticsLength", "memory"
    })
    public static final class Result extends Structure {
        public Pointer url;
        public Size urlLength;
        public Pointer body;
        public Size bodyLength;
        public Pointer uri;
        public Size uriLength;
        public Pointer reply;
        public Size replyLength;
        public Pointer diagnostics;
        public Size diagnosticsLength;
        public Pointer memory;
    }

    /** The functions of the library. */
    private static final class Library {
        static {
            String path = System.getenv("CONVERTLEAD_LIBRARY");
            Native.register(Library.class, NativeLibrary.getInstance(
                    path != null ? path : "convertlead-c",
                    Map.of(com.sun.jna.Library.OPTION_STRING_ENCODING, "UTF-8")));
            if (convertlead_version() / 10000 != 1) {
                throw new UnsatisfiedLinkError("libconvertlead-c has another major version");
            }
        }

        static native int convertlead_version();

        static native int convertlead_translator_create(
                byte[] options, Size length, PointerByReference translator, Result result);

        static native int convertlead_translator_add_table(
                Pointer translator, String kind, String name, byte[] table, Size length, Result result);

        static native void convertlead_translator_free(Pointer translator);

        static native int convertlead_translate_request(Pointer translator, byte[] call, Size length, Result result);

        static native int convertlead_translate_reply(
                Pointer translator, byte[] reply, Size length, String uri, Result result);

        static native String convertlead_result_detail(Result result, int detail);

        static native void convertlead_result_free(Result result);
    }

    private final Result result = new Result();
    private Pointer translator;

    /**
     * A translator for one organisation.
     *
     * @param options options by name, as a JSON object
     * @throws UnreadableException when they cannot be read
     */
    public ConvertLead(String options) {
        byte[] text = options.getBytes(StandardCharsets.UTF_8);
        PointerByReference handle = new PointerByReference();
        finish(Library.convertlead_translator_create(text, new Size(text.length), handle, result));
        translator = handle.getValue();
    }

    /**
     * Adds a table.
     *
     * @param kind {@code users}, {@code fields}, {@code roles} or {@code lookup:API_NAME}
     * @param name what diagnostics call it, or null
     * @throws UnreadableException when it cannot be read
     */
    public synchronized void addTable(String kind, byte[] table, String name) {
        finish(Library.convertlead_translator_add_table(open(), kind, name, table, new Size(table.length), result));
    }

    /** The v1 reply to a v1 call in any form (URL, form body, HTTP request, JSON). */
    public <E extends Exception> byte[] convert(byte[] call, Transport<E> transport) throws E {
        return answer(call, transport).reply();
    }

    /** The same, with content type, outcome and diagnostics. */
    public <E extends Exception> Answer answer(byte[] call, Transport<E> transport) throws E {
        Call request = request(call);
        if (request.isRefused()) {
            return new Answer(
                    request.reply(), request.contentType(), request.outcome(), false, request.diagnostics());
        }
        Reply reply = reply(transport.send(request.url(), request.body()), request.uri());
        return new Answer(
                reply.reply(), reply.contentType(), reply.outcome(), true,
                joined(request.diagnostics(), reply.diagnostics()));
    }

    private static String joined(String first, String second) {
        if (first.equals("[]") || second.equals("[]")) {
            return first.equals("[]") ? second : first;
        }
        return first.substring(0, first.length() - 1) + "," + second.substring(1);
    }

    /** First step: the v2 call for a v1 call. */
    public synchronized Call request(byte[] call) {
        check(Library.convertlead_translate_request(open(), call, new Size(call.length), result));
        try {
            return new Call(
                    text(result.url, result.urlLength), bytes(result.body, result.bodyLength),
                    text(result.uri, result.uriLength), bytes(result.reply, result.replyLength),
                    text(result.diagnostics, result.diagnosticsLength), detail(CONTENT_TYPE), outcome());
        } finally {
            Library.convertlead_result_free(result);
        }
    }

    /**
     * Second step: the v1 reply for the body of a v2 reply.
     *
     * @param uri that of the call, or null for XML
     */
    public synchronized Reply reply(byte[] reply, String uri) {
        int status = check(
                Library.convertlead_translate_reply(open(), reply, new Size(reply.length), uri, result));
        try {
            return new Reply(
                    bytes(result.reply, result.replyLength), status == OK,
                    text(result.diagnostics, result.diagnosticsLength), detail(CONTENT_TYPE), outcome());
        } finally {
            Library.convertlead_result_free(result);
        }
    }

    /** Frees the translator. */
    @Override
    public synchronized void close() {
        Library.convertlead_translator_free(translator);
        translator = null;
    }

    private Pointer open() {
        if (translator == null) {
            throw new IllegalStateException("the translator is closed");
        }
        return translator;
    }

    private String detail(int number) {
        return Library.convertlead_result_detail(result, number);
    }

    private Outcome outcome() {
        return new Outcome(detail(CONTACT), detail(DEAL), detail(ACCOUNT), detail(CODE), detail(REASON));
    }

    private static byte[] bytes(Pointer address, Size length) {
        return address == null ? null : address.getByteArray(0, length.intValue());
    }

    private static String text(Pointer address, Size length) {
        return address == null ? null : new String(bytes(address, length), StandardCharsets.UTF_8);
    }

    private static int check(int status) {
        if (status > REFUSED) {
            throw new IllegalStateException("libconvertlead-c gave status " + status);
        }
        return status;
    }

    private void finish(int status) {
        String diagnostics = text(result.diagnostics, result.diagnosticsLength);
        Library.convertlead_result_free(result);
        if (check(status) == REFUSED) {
            throw new UnreadableException(diagnostics);
        }
    }
}
