$body = @'
authtoken=made-up-secret&scope=crmapi&leadId=5550000000800001&xmlData=%3CPotentials%3E%3Crow+no%3D%221%22%3E%3Coption+val%3D%22createPotential%22%3Etrue%3C%2Foption%3E%3C%2Frow%3E%3Crow+no%3D%222%22%3E%3CFL+val%3D%22Potential+Name%22%3ECall+1%3C%2FFL%3E%3CFL+val%3D%22Closing+Date%22%3E12%2F21%2F2019%3C%2FFL%3E%3CFL+val%3D%22Potential+Stage%22%3EQualification%3C%2FFL%3E%3CFL+val%3D%22Description%22%3EC%3A%5Cnew+O%27Brien%3C%2FFL%3E%3C%2Frow%3E%3C%2FPotentials%3E
'@
Invoke-RestMethod -Method Post -Uri https://crm.zoho.eu/crm/private/xml/Leads/convertLead -Body $body

# The next one
$xml = @"
<Potentials><row no="1"><option val="createPotential">true</option></row><row no="2"><FL val="Potential Name">Call 2</FL><FL val="Closing Date">12/21/2019</FL><FL val="Potential Stage">Qualification</FL><FL val="Description">C:\new O'Brien `$5</FL></row></Potentials>
"@
$uri = "https://crm.zoho.eu/crm/private/xml/Leads/convertLead"
$reply = Invoke-WebRequest -Method Post -Uri $uri -Body @{ leadId = '5550000000800002'; xmlData = $xml }

$id = '5550000000800003'
Invoke-RestMethod -Method Post -Uri "https://crm.zoho.eu/crm/private/xml/Leads/convertLead?leadId=$id" -Body @{ xmlData = @'
<Potentials><row no="1"><option val="createPotential">true</option></row><row no="2"><FL val="Potential Name">Call 3</FL><FL val="Closing Date">12/21/2019</FL><FL val="Potential Stage">Qualification</FL><FL val="Description">C:\new O'Brien</FL></row></Potentials>
'@ }

Invoke-RestMethod -Method Post -Uri https://crm.zoho.eu/crm/private/xml/Leads/convertLead -Body $other

$unused = @'
<Potentials><row no="1"><option val="createPotential">true</option></row><row no="2"><FL val="Potential Name">Call 4</FL><FL val="Closing Date">12/21/2019</FL><FL val="Potential Stage">Qualification</FL><FL val="Description">C:\new O'Brien</FL></row></Potentials>
'@
$body = 'authtoken=made-up-secret&scope=crmapi&leadId=5550000000800005&xmlData=%3CPotentials%3E%3Crow+no%3D%221%22%3E%3Coption+val%3D%22createPotential%22%3Etrue%3C%2Foption%3E%3C%2Frow%3E%3Crow+no%3D%222%22%3E%3CFL+val%3D%22Potential+Name%22%3ECall+5%3C%2FFL%3E%3CFL+val%3D%22Closing+Date%22%3E12%2F21%2F2019%3C%2FFL%3E%3CFL+val%3D%22Potential+Stage%22%3EQualification%3C%2FFL%3E%3CFL+val%3D%22Description%22%3EC%3A%5Cnew+O%27Brien%3C%2FFL%3E%3C%2Frow%3E%3C%2FPotentials%3E'
Invoke-RestMethod -Method Post -Uri https://crm.zoho.eu/crm/private/xml/Leads/convertLead -Body $body
