<?php
$xml = '<Potentials><row no="1"><option val="createPotential">false</option></row></Potentials>';
$url = 'https://crm.zoho.com/crm/private/xml/Leads/convertLead';
$client->post($url, ['authtoken' => 'made-up-secret', 'xmlData' => $xml]);
