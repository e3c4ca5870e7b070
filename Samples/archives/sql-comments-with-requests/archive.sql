-- MySQL dump 10.13
-- Table structure for table `xml_data`
/*!40000 INSERT INTO calls (lead_id,xmlData) VALUES (5550000000800001,'<Potentials><row no="1"><option val="createPotential">false</option></row></Potentials>') */;
INSERT INTO calls (lead_id,xmlData) VALUES (5550000000800002,'<Potentials><row no="1"><option val="createPotential">false</option></row></Potentials>');
-- INSERT INTO calls (lead_id,xmlData) VALUES (5550000000800003,'<Potentials><row no="1"><option val="createPotential">false</option></row></Potentials>');
/* INSERT INTO calls (lead_id,xmlData) VALUES (5550000000800004,'<Potentials><row no="1"><option val="createPotential">false</option></row></Potentials>');
INSERT INTO calls (lead_id,xmlData) VALUES (5550000000800005,'<Potentials><row no="1"><option val="createPotential">false</option></row></Potentials>'); */
INSERT INTO calls (lead_id,xmlData) VALUES (5550000000800006,'<Potentials><row no="1"><option val="createPotential">false</option></row></Potentials>');
# at 4
#180528 15:24:30 server id 1  end_log_pos 400 CRC32 0x1d2c3b4a Write_rows: table id 108
### INSERT INTO `crm`.`calls`
### SET
###   @1=5550000000800007
###   @2='<Potentials><row no="1"><option val="createPotential">false</option></row></Potentials>'
# at 9
