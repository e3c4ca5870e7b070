DROP TABLE IF EXISTS `crm_log`;
CREATE TABLE `crm_log` (
  `id` int(11) NOT NULL AUTO_INCREMENT,
  `action` varchar(128) NOT NULL,
  `body` text NOT NULL,
  `answer` text NOT NULL,
  PRIMARY KEY (`id`)
) ENGINE=MyISAM;
INSERT INTO `crm_log` VALUES (1,'Convert Lead','{\"leadId\":\"5550000000800001\",\"xmlData\":\"<Potentials><row no=\\\"1\\\"><option val=\\\"createPotential\\\">true</option></row><row no=\\\"2\\\"><FL val=\\\"Potential Name\\\">Row one</FL><FL val=\\\"Closing Date\\\">12/21/2018</FL><FL val=\\\"Potential Stage\\\">Qualification</FL></row></Potentials>\",\"authtoken\":\"made-up-secret\"}','<?xml version=\"1.0\" encoding=\"UTF-8\" ?>\r\n<success/>\r\n');
