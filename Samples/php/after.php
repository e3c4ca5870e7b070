<?php

/** The same caller with the shim: $post now sends v2 calls, and the rest did not change. */
function convertLeadAfter(ConvertLead $shim, string $leadId, string $xml, callable $post): array
{
    $form = http_build_query(['scope' => 'crmapi', 'leadId' => $leadId, 'xmlData' => $xml]);
    $reply = $shim->convert('https://crm.zoho.com/crm/private/xml/Leads/convertLead?' . $form, $post);
    $result = simplexml_load_string($reply);
    if (isset($result->error)) {
        throw new RuntimeException((string) $result->error->message, (int) $result->error->code);
    }
    return ['contact' => (string) $result->Contact, 'potential' => (string) $result->Potential];
}
