DROP TABLE IF EXISTS `crm_log`;
CREATE TABLE `crm_log` (
  `id` int(11) NOT NULL AUTO_INCREMENT,
  `action` varchar(128) NOT NULL,
  `body` text NOT NULL,
  `answer` text NOT NULL,
  PRIMARY KEY (`id`)
) ENGINE=MyISAM;
INSERT INTO `crm_log` VALUES (1,'Convert Lead','authtoken=made-up-secret&scope=crmapi&leadId=5550000000800001&xmlData=%3CPotentials%3E%3Crow+no%3D%221%22%3E%3Coption+val%3D%22createPotential%22%3Etrue%3C%2Foption%3E%3C%2Frow%3E%3Crow+no%3D%222%22%3E%3CFL+val%3D%22Potential+Name%22%3ERow+one%3C%2FFL%3E%3CFL+val%3D%22Closing+Date%22%3E12%2F21%2F2018%3C%2FFL%3E%3CFL+val%3D%22Potential+Stage%22%3EQualification%3C%2FFL%3E%3C%2Frow%3E%3C%2FPotentials%3E','<?xml version=\"1.0\" encoding=\"UTF-8\" ?>\r\n<success/>\r\n'),(2,'Convert Lead','authtoken=made-up-secret&scope=crmapi&leadId=5550000000800002&xmlData=%3CPotentials%3E%3Crow+no%3D%221%22%3E%3Coption+val%3D%22createPotential%22%3Etrue%3C%2Foption%3E%3C%2Frow%3E%3Crow+no%3D%222%22%3E%3CFL+val%3D%22Potential+Name%22%3ERow+two%3C%2FFL%3E%3CFL+val%3D%22Closing+Date%22%3E12%2F21%2F2018%3C%2FFL%3E%3CFL+val%3D%22Potential+Stage%22%3EQualification%3C%2FFL%3E%3C%2Frow%3E%3C%2FPotentials%3E','<?xml version=\"1.0\" encoding=\"UTF-8\" ?>\r\n<success/>\r\n');
