<?php

// php test.php [CASES.tsv]     CONVERTLEAD_LIBRARY names the library; Tests/Languages/run.sh makes the list of golden samples

declare(strict_types=1);

require __DIR__ . '/ConvertLead.php';
require __DIR__ . '/before.php';
require __DIR__ . '/after.php';

const XML = '<Potentials><row no="1"><option val="createPotential">true</option>'
    . '<option val="assignTo">asha.rao@example.com</option></row><row no="2"><FL val="Potential Name">Roof</FL>'
    . '<FL val="Closing Date">12/21/2009</FL><FL val="Potential Stage">Won</FL></row></Potentials>';
const USERS = "email,id\nasha.rao@example.com,1386586000000105002\n";
const V1_REPLY = '<?xml version="1.0" encoding="UTF-8" ?>'
    . '<success><Contact param="id">11</Contact><Potential param="id">12</Potential></success>';
const V2_REPLY = '{"data":[{"Contacts":"11","Deals":"12","Accounts":null}]}';

$failures = 0;
function same(mixed $expected, mixed $actual, string $what): void
{
    global $failures;
    if ($expected !== $actual) {
        $failures++;
        fwrite(STDERR, "PHP: $what: expected " . var_export($expected, true) . ' got ' . var_export($actual, true) . "\n");
    }
}
function thrown(callable $body): ?Throwable
{
    try {
        $body();
        return null;
    } catch (Throwable $error) {
        return $error;
    }
}

$shim = new ConvertLead(['compact' => true]);
$shim->addTable('users', USERS);

// The legacy caller gets the same before and after.
$sent = [];
$send = function (string $url, string $body) use (&$sent): string {
    $sent[] = [$url, $body];
    return V2_REPLY;
};
same(convertLeadBefore('42', XML, fn () => V1_REPLY), convertLeadAfter($shim, '42', XML, $send), 'before and after');
same([[
    'https://www.zohoapis.com/crm/v2/Leads/42/actions/convert',
    '{"data":[{"assign_to":"1386586000000105002","Deals":{"Deal_Name":"Roof","Closing_Date":"2009-12-21","Stage":"Won"}}]}',
]], $sent, 'what was sent');

// A refused call is an error that the legacy caller reads.
$error = thrown(fn () => convertLeadAfter(new ConvertLead(), '42', XML, fn () => throw new LogicException('it was sent')));
same(4600, $error?->getCode(), 'code of a refused call');

// The reply has the style of the call; one that is not understood says so.
$call = $shim->request('https://crm.zoho.com/crm/private/json/Leads/convertLead?leadId=42&xmlData=' . XML);
same(false, $call->isRefused(), 'JSON call');
same('{"success":', substr($shim->reply(V2_REPLY, $call->uri)->reply, 0, 11), 'JSON reply');
$reply = $shim->reply('<html>');
same([false, 'v2.response.page'], [$reply->isUnderstood, $reply->diagnostics[0]['code']], 'a page');

// An answer tells what became of the call, with the findings of both ways.
$answer = $shim->answer(
    'https://crm.zoho.com/crm/private/json/Leads/convertLead?leadId=42&xmlData=<a',
    fn () => throw new LogicException('it was sent'));
same([false, 'application/json;charset=utf-8'], [$answer->isSent, $answer->contentType], 'a refused answer');
same(['xml.syntax', 'requestUnreadable'], [$answer->outcome->code, $answer->outcome->reason], 'its outcome');
$odd = json_encode(['leadId' => '42', 'xmlData' => str_replace('</row></P', '<FL val="Odd">x</FL></row></P', XML)]);
$answer = $shim->answer($odd, fn () => V2_REPLY);
same([true, 'text/xml;charset=utf-8'], [$answer->isSent, $answer->contentType], 'an answer');
same(['11', '12', null], [$answer->outcome->contact, $answer->outcome->deal, $answer->outcome->reason], 'ids');
$answer = $shim->answer($odd, fn () => '<html>');
same([null, 'replyUnreadable'], [$answer->outcome->code, $answer->outcome->reason], "a page's outcome");
same(['v1.field.unknown', 'v2.response.page'], array_column($answer->diagnostics, 'code'), 'both ways');

// Wrong options and tables are named.
$error = thrown(fn () => new ConvertLead(['api_version' => 'v2']));
same('config.option', $error instanceof ConvertLeadException ? $error->diagnostics[0]['code'] : $error, 'wrong option');
$error = thrown(fn () => $shim->addTable('users', "name\n", 'staff.csv'));
same('staff.csv', $error instanceof ConvertLeadException ? $error->diagnostics[0]['source'] : $error, 'wrong table');

// A zone by name.
$zone = ConvertLead::timeZone('Europe/Paris');
same(3600, $zone['offset'], 'Paris in 1970');
same(null, thrown(fn () => new ConvertLead(['time-zone' => $zone])), 'time zone');

// PHP's own libxml error list and settings are left alone.
libxml_use_internal_errors(true);
libxml_clear_errors();
simplexml_load_string('<a><b></a>');
$before = libxml_get_errors();
for ($turn = 0; $turn < 100; $turn++) {
    same(true, $shim->request('<Potentials><row>')->isRefused(), 'broken XML');
    same(true, $shim->request('<!DOCTYPE a SYSTEM "file:///none"><a/>')->isRefused(), 'DOCTYPE');
}
same(true, count($before) > 0, 'libxml errors before');
same(var_export($before, true), var_export(libxml_get_errors(), true), 'libxml errors');
same(true, libxml_use_internal_errors(true), 'libxml setting');
libxml_clear_errors();
$entity = simplexml_load_string('<!DOCTYPE a [<!ENTITY e "x">]><a>&e;</a>', SimpleXMLElement::class, LIBXML_NOENT);
same('x', (string) $entity, 'entities of PHP\'s own parser');

// The golden samples are byte-equal.
$count = 0;
foreach (isset($argv[1]) ? file($argv[1], FILE_IGNORE_NEW_LINES) : [] as $line) {
    [$kind, $name, $options, $tables, $source, $first, $second] = explode("\t", $line);
    $case = new ConvertLead(file_get_contents($options));
    foreach ($tables === '-' ? [] : explode('|', $tables) as $table) {
        [$tableKind, $path] = explode('=', $table, 2);
        $case->addTable($tableKind, file_get_contents($path), $path);
    }
    $text = file_get_contents($source);
    if ($kind === 'reply') {
        foreach (['xml' => $first, 'json' => $second] as $style => $expected) {
            $reply = $case->reply($text, "/crm/private/$style/Leads/convertLead")->reply;
            same(file_get_contents($expected), $reply, "$kind $name $style");
        }
    } elseif ($first === '-') {
        same(true, $case->request($text)->isRefused(), "$kind $name");
    } else {
        $call = $case->request($text);
        same(file_get_contents($first), $call->body . "\n", "$kind $name");
        if ($second !== '-') {
            same(file_get_contents($second), $call->url . "\n", "$kind $name url");
        }
    }
    $count++;
}
if (isset($argv[1])) {
    same(true, $count > 0, 'golden samples in the list');
}
echo isset($argv[1]) ? "PHP: own tests and $count golden samples, $failures failures\n"
    : "PHP: own tests, $failures failures; Tests/Languages/run.sh runs the golden samples too\n";
exit($failures === 0 ? 0 : 1);
