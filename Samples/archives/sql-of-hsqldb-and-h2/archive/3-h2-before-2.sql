CREATE CACHED TABLE PUBLIC.CALLS(
    LEADID VARCHAR(20) NOT NULL,
    XMLDATA CLOB
);
-- 1 +/- SELECT COUNT(*) FROM PUBLIC.CALLS;
INSERT INTO PUBLIC.CALLS(LEADID, XMLDATA) VALUES
('5550000000800007', STRINGDECODE('<Potentials><row no=\"1\"><option val=\"createPotential\">true</option></row><row no=\"2\"><FL val=\"Potential Name\">Call 7</FL><FL val=\"Closing Date\">12/21/2019</FL><FL val=\"Potential Stage\">Qualification</FL><FL val=\"Description\">B\u00fccher C:\\new\n O''Brien</FL></row></Potentials>'));
