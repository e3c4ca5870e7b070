<?php

/*
 * Cost per call of the library from PHP, beside the same job written here with SimpleXML and json_encode.
 *
 *     CONVERTLEAD_LIBRARY=… php cost.php
 *
 * Prints microseconds per call, the best of nine batches taken in turn, for a v1 call made into a v2 body and for a v2 reply
 * made into a v1 reply. The peer does what a careful caller would write for exactly these inputs: no diagnostics, no other
 * forms, encodings or versions.
 */

declare(strict_types=1);

require __DIR__ . '/../../Samples/php/ConvertLead.php';

const XML = <<<'XML'
    <Potentials>
    <row no="1">
    <option val="createPotential">true</option>
    <option val="assignTo">sample@zoho.com</option>
    <option val="notifyLeadOwner">true</option>
    <option val="notifyNewEntityOwner">true</option>
    </row>
    <row no="2">
    <FL val="Potential Name">Samplepotential</FL>
    <FL val="Closing Date">12/21/2009</FL>
    <FL val="Potential Stage">Closed Won</FL>
    <FL val="Amount">3432.23</FL>
    <FL val="Probability">100</FL>
    <FL val="Description">R&amp;D and more</FL>
    </row>
    </Potentials>
    XML;
const REPLY = '{"data":[{"Contacts":"1386586000002577005","Deals":"1386586000002577009","Accounts":"1386586000002577001"}]}';
const USERS = ['sample@zoho.com' => '1386586000000105001'];
const FIELDS = [
    'Potential Name' => 'Deal_Name', 'Closing Date' => 'Closing_Date', 'Potential Stage' => 'Stage', 'Amount' => 'Amount',
    'Probability' => 'Probability', 'Description' => 'Description',
];

function peerRequest(string $call): array
{
    parse_str(parse_url($call, PHP_URL_QUERY), $query);
    $root = simplexml_load_string($query['xmlData']);
    $options = [];
    foreach ($root->row[0]->option as $option) {
        $options[(string) $option['val']] = trim((string) $option);
    }
    $record = [
        'notify_lead_owner' => $options['notifyLeadOwner'] === 'true',
        'notify_new_entity_owner' => $options['notifyNewEntityOwner'] === 'true',
        'assign_to' => USERS[strtolower($options['assignTo'])],
    ];
    if ($options['createPotential'] === 'true') {
        foreach ($root->row[1]->FL as $field) {
            $name = FIELDS[(string) $field['val']];
            $value = trim((string) $field);
            if ($name === 'Closing_Date') {
                [$month, $day, $year] = explode('/', $value);
                $value = sprintf('%04d-%02d-%02d', $year, $month, $day);
            } elseif ($name === 'Amount') {
                $value = (float) $value;
            } elseif ($name === 'Probability') {
                $value = (int) $value;
            }
            $record['Deals'][$name] = $value;
        }
    }
    $url = "https://www.zohoapis.com/crm/v2/Leads/{$query['leadId']}/actions/convert";
    return [$url, json_encode(['data' => [$record]], JSON_UNESCAPED_UNICODE | JSON_UNESCAPED_SLASHES)];
}

function peerReply(string $reply): string
{
    $record = json_decode($reply, true)['data'][0];
    $root = new SimpleXMLElement('<?xml version="1.0" encoding="UTF-8" ?><success/>');
    foreach (['Contact' => 'Contacts', 'Potential' => 'Deals', 'Account' => 'Accounts'] as $old => $new) {
        if ($record[$new] !== null) {
            $root->addChild($old, $record[$new])->addAttribute('param', 'id');
        }
    }
    return $root->asXML();
}

function batch(callable $work, string $value): float
{
    $start = hrtime(true);
    for ($turn = 0; $turn < 2000; $turn++) {
        $work($value);
    }
    return (hrtime(true) - $start) / 2000 / 1000;
}

ini_set('serialize_precision', '-1');
$call = 'https://crm.zoho.com/crm/private/xml/Leads/convertLead?'
    . http_build_query(['authtoken' => 'secret', 'scope' => 'crmapi', 'leadId' => '1386586000002574001', 'xmlData' => XML]);
$shim = new ConvertLead(['compact' => true]);
$shim->addTable('users', "email,id\nsample@zoho.com,1386586000000105001\n");
$request = $shim->request($call);
if ([$request->url, $request->body] !== peerRequest($call)) {
    exit("the bodies differ\n");
}
if ((string) simplexml_load_string(peerReply(REPLY))->Contact !== (string) simplexml_load_string($shim->reply(REPLY)->reply)->Contact) {
    exit("the replies differ\n");
}
$jobs = [
    'request' => [$shim->request(...), 'peerRequest', $call],
    'reply' => [$shim->reply(...), 'peerReply', REPLY],
];
foreach ($jobs as $name => [$ours, $theirs, $value]) {
    $best = $peer = INF;
    for ($turn = 0; $turn < 9; $turn++) {
        $best = min($best, batch($ours, $value));
        $peer = min($peer, batch($theirs, $value));
    }
    printf("PHP %s: library %.1f us, SimpleXML and json %.1f us, %.1f times\n", $name, $best, $peer, $peer / $best);
}
