curl ^
  "https://crm.zoho.eu/crm/private/xml/Leads/convertLead" ^
  -H "Content-Type: application/x-www-form-urlencoded" ^
  --data-raw "authtoken=made-up-secret^&scope=crmapi^&leadId=5550000000800001^&xmlData=^%3CPotentials^%3E^%3Crow+no^%3D^%221^%22^%3E^%3Coption+val^%3D^%22createPotential^%22^%3Etrue^%3C^%2Foption^%3E^%3C^%2Frow^%3E^%3Crow+no^%3D^%222^%22^%3E^%3CFL+val^%3D^%22Potential+Name^%22^%3ECaret^%3C^%2FFL^%3E^%3CFL+val^%3D^%22Closing+Date^%22^%3E12^%2F21^%2F2018^%3C^%2FFL^%3E^%3CFL+val^%3D^%22Potential+Stage^%22^%3EQualification^%3C^%2FFL^%3E^%3C^%2Frow^%3E^%3C^%2FPotentials^%3E" ^
  --compressed
