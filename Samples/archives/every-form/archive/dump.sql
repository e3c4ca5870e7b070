-- MySQL dump 10.13  Distrib 5.7.22
/*!40101 SET NAMES utf8 */;
DROP TABLE IF EXISTS `crm_calls`;
CREATE TABLE `crm_calls` (
  `id` int(11) NOT NULL AUTO_INCREMENT,
  `lead_id` bigint(20) DEFAULT NULL,
  `xmlData` text COMMENT 'the request; as sent',
  PRIMARY KEY (`id`),
  KEY `lead` (`lead_id`)
) ENGINE=InnoDB;
LOCK TABLES `crm_calls` WRITE;
INSERT INTO `crm_calls` VALUES (1,5550000000330001,'<Potentials><row no=\"1\"><option val=\"createPotential\">true</option></row><row no=\"2\"><FL val=\"Potential Name\">O\'Brien; (sons)</FL><FL val=\"Closing Date\">12/21/2018</FL><FL val=\"Potential Stage\">Qualification</FL><FL val=\"Amount\">1200.50</FL></row></Potentials>'),(2,5550000000330002,'<Potentials>\n<row no=\"1\">\n<option val=\"createPotential\">false</option>\n</row>\n</Potentials>'),(3,5550000000330003,NULL);
UNLOCK TABLES;
INSERT INTO `users` (`id`,`name`) VALUES (1,'x'),(2,'y;z');
INSERT INTO `crm_calls` (`lead_id`,`xmlData`) VALUES (5550000000330004,'<Potentials><row no=\"1\"><option val=\"createPotential\">false</option></row></Potentials>');
