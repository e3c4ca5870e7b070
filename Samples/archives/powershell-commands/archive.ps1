$session = New-Object Microsoft.PowerShell.Commands.WebRequestSession
$session.UserAgent = "Mozilla/5.0"
Invoke-WebRequest -UseBasicParsing -Uri "https://crm.zoho.eu/crm/private/xml/Leads/convertLead" `
-Method "POST" `
-WebSession $session `
-Headers @{
"cookie"="made-up-secret"
  "accept"="*/*"
} `
-ContentType "application/x-www-form-urlencoded" `
-Body "authtoken=made-up-secret&scope=crmapi&leadId=5550000000800001&xmlData=%3CPotentials%3E%3Crow+no%3D%221%22%3E%3Coption+val%3D%22createPotential%22%3Etrue%3C%2Foption%3E%3C%2Frow%3E%3Crow+no%3D%222%22%3E%3CFL+val%3D%22Potential+Name%22%3EShell%3C%2FFL%3E%3CFL+val%3D%22Closing+Date%22%3E12%2F21%2F2018%3C%2FFL%3E%3CFL+val%3D%22Potential+Stage%22%3EQualification%3C%2FFL%3E%3C%2Frow%3E%3C%2FPotentials%3E"
$r = Invoke-RestMethod -Method Post -Uri 'https://crm.zoho.eu/crm/private/xml/Leads/convertLead' -Body @{ authtoken = 'made-up-secret'; leadId = '5550000000800002'; xmlData = '<Potentials><row no="1"><option val="createPotential">true</option></row><row no="2"><FL val="Potential Name">Table</FL><FL val="Closing Date">12/21/2018</FL><FL val="Potential Stage">Qualification</FL></row></Potentials>' }
Invoke-RestMethod https://crm.zoho.eu/crm/private/xml/Leads/convertLead -Method Post -Body "leadId=5550000000800003&xmlData=<Potentials><row no=`"1`"><option val=`"createPotential`">true</option></row><row no=`"2`"><FL val=`"Potential Name`">Tick</FL><FL val=`"Closing Date`">12/21/2018</FL><FL val=`"Potential Stage`">Qualification</FL></row></Potentials>"
Invoke-RestMethod -Uri https://crm.zoho.eu/crm/private/xml/Leads/convertLead -Method Post -Body $body
Write-Host "done"
