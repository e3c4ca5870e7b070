PRAGMA foreign_keys=OFF;
CREATE TABLE calls(leadId text, xmlData text);
INSERT INTO calls VALUES('5550000000800001',replace('<Potentials>\n<row no="1">\n<option val="createPotential">false</option>\n</row>\n</Potentials>','\n',char(10)));
