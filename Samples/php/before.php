<?php

/** A legacy caller as it was: API v1, XML in and out. $post($url, $body) gives the body of the reply. */
function convertLeadBefore(string $leadId, string $xml, callable $post): array
{
    $form = http_build_query(['authtoken' => 'secret', 'scope' => 'crmapi', 'leadId' => $leadId, 'xmlData' => $xml]);
    $reply = $post('https://crm.zoho.com/crm/private/xml/Leads/convertLead', $form);
    $result = simplexml_load_string($reply);
    if (isset($result->error)) {
        throw new RuntimeException((string) $result->error->message, (int) $result->error->code);
    }
    return ['contact' => (string) $result->Contact, 'potential' => (string) $result->Potential];
}
