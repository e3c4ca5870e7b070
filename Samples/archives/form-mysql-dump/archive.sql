-- MySQL dump 10.13
DROP TABLE IF EXISTS `calls`;
CREATE TABLE `calls` (
  `row` int NOT NULL,
  `lead_id` varchar(20),
  `xmlData` text
) ENGINE=InnoDB;
INSERT INTO `calls` VALUES (1,'5550000000800001','<Potentials><row no=\"1\"><option val=\"createPotential\">true</option></row><row no=\"2\"><FL val=\"Potential Name\">Harbour Lights</FL><FL val=\"Closing Date\">12/21/2018</FL><FL val=\"Potential Stage\">Qualification</FL></row></Potentials>'),(2,'5550000000800002','<Potentials><row no=\"1\"><option val=\"createPotential\">true</option></row><row no=\"2\"><FL val=\"Potential Name\">Blue Fern Bakery</FL><FL val=\"Closing Date\">12/21/2018</FL><FL val=\"Potential Stage\">Qualification</FL></row></Potentials>'),(3,'5550000000800003','<Potentials><row no=\"1\"><option val=\"createPotential\">true</option></row><row no=\"2\"><FL val=\"Potential Name\">Sailcloth &amp; Sons</FL><FL val=\"Closing Date\">12/21/2018</FL><FL val=\"Potential Stage\">Qualification</FL></row></Potentials>');
UNLOCK TABLES;
