<?php
// Reads every reply of a folder the ways old PHP callers did and prints FILE, IDIOM, KEY and base64 of the value.
function tell($file, $idiom, $key, $value) {
    if ($value !== null) echo $file, "\t", $idiom, "\t", $key, "\t", base64_encode((string) $value), "\n";
}
libxml_use_internal_errors(true);
foreach (scandir($argv[1]) as $file) {
    if ($file[0] === '.') continue;
    $text = file_get_contents("$argv[1]/$file");
    if (str_ends_with($file, '.xml')) {
        $xml = simplexml_load_string($text);
        if ($xml === false) { tell($file, 'simplexml', 'broken', '1'); continue; }
        foreach (['Contact' => 'contact', 'Potential' => 'potential', 'Account' => 'account'] as $name => $key) {
            if (isset($xml->$name)) tell($file, 'simplexml', $key, $xml->$name);
        }
        if (isset($xml->error)) {
            tell($file, 'simplexml', 'code', $xml->error->code);
            tell($file, 'simplexml', 'message', $xml->error->message);
            tell($file, 'simplexml', 'uri', $xml['uri']);
        }
        $round = json_decode(json_encode($xml), true);
        tell($file, 'json_encode', 'contact', $round['Contact'] ?? null);
        tell($file, 'json_encode', 'potential', $round['Potential'] ?? null);
        tell($file, 'json_encode', 'account', $round['Account'] ?? null);
        tell($file, 'json_encode', 'code', $round['error']['code'] ?? null);
        tell($file, 'json_encode', 'message', $round['error']['message'] ?? null);
        $document = new DOMDocument();
        $document->loadXML($text);
        if ($document->getElementsByTagName('error')->length > 0) {
            tell($file, 'dom', 'message', $document->getElementsByTagName('message')->item(0)->nodeValue);
        }
        tell($file, 'substring', 'converted', stripos($text, 'success') !== false ? 'yes' : 'no');
    } elseif (str_ends_with($file, '.json')) {
        $reply = json_decode($text);
        if ($reply === null) { tell($file, 'json_decode', 'broken', '1'); continue; }
        tell($file, 'json_decode', 'contact', $reply->success->Contact->content ?? null);
        tell($file, 'json_decode', 'potential', $reply->success->Potential->content ?? null);
        tell($file, 'json_decode', 'account', $reply->success->Account->content ?? null);
        tell($file, 'json_decode', 'code', $reply->response->error->code ?? null);
        tell($file, 'json_decode', 'message', $reply->response->error->message ?? null);
        tell($file, 'substring', 'converted', stripos($text, 'success') !== false ? 'yes' : 'no');
    }
}
